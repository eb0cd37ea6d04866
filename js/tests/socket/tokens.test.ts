/// <reference types="node" />
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { allows } from '../../src/socket/capability';
import { readToken } from '../../src/socket/token';
import { NoToken, Tokens } from '../../src/socket/tokens';

const encoded = (payload: unknown) =>
  `x.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.y`;

describe('what a token says', () => {
  test('is read from its payload', () => {
    const claim = JSON.stringify({ role: 'lead', team: 'ü' });
    const token = encoded({
      exp: 5,
      'x-ably-clientId': 'ann',
      'x-ably-capability': '{"room:*":["subscribe"]}',
      'ably.channel.*': claim,
    });
    expect(readToken(token)).toEqual({
      clientId: 'ann',
      capability: { 'room:*': ['subscribe'] },
      claim,
      expires: 5000,
    });
  });

  test('is nothing where it cannot be read, or says nothing', () => {
    const nothing = {
      clientId: undefined,
      capability: undefined,
      claim: undefined,
      expires: undefined,
    };
    for (const token of ['', 'abc', 'a.b.c', encoded({}), encoded([1]), encoded(null)]) {
      expect(readToken(token)).toEqual(nothing);
    }
    expect(readToken(encoded({ 'x-ably-clientId': '*' })).clientId).toBeUndefined();
    expect(readToken(encoded({ 'x-ably-capability': 'junk' })).capability).toEqual({});
  });

  test.each([
    ['*', 'room:a', true],
    ['room:a', 'room:a', true],
    ['room:*', 'room:a:b', true],
    ['room:*', 'room', false],
    ['*:a', 'room:a', true],
    ['*:a', 'room:b', false],
    ['room:*:z', 'room:a:b', false],
    ['*', '[meta]log', false],
    ['[*]*', '[meta]log', true],
    ['[meta]log', '[meta?rewind=1]log', true],
  ])('%s covers %s: %s', (resource, channel, isCovered) => {
    expect(allows({ [resource]: ['publish'] }, channel, 'publish')).toBe(isCovered);
    expect(allows({ [resource]: ['*'] }, channel, 'publish')).toBe(isCovered);
    expect(allows({ [resource]: ['subscribe'] }, channel, 'publish')).toBe(false);
  });

  test('a token that does not say leaves it to the server', () => {
    expect(allows(undefined, 'room', 'publish')).toBe(true);
    expect(allows({}, 'room', 'publish')).toBe(false);
  });
});

describe('tokens that are pushed', () => {
  beforeEach(() => vi.useFakeTimers({ now: 0 }));
  afterEach(() => vi.useRealTimers());

  test('the newest is given, and not one that is about to expire', async () => {
    const tokens = new Tokens({ ask: () => {} });
    tokens.push('one', 10_000);
    tokens.push('two', 20_000);
    tokens.push('zero', 5000);
    expect(await tokens.next()).toBe('two');
    vi.setSystemTime(19_000);
    const next = tokens.next();
    tokens.push('three', 60_000);
    expect(await next).toBe('three');
  });

  test('whoever has had one waits for another, and has the same again if none comes', async () => {
    const ask = vi.fn();
    const tokens = new Tokens({ ask, patienceMs: 1000 });
    tokens.push('one', 60_000);
    expect(await tokens.next()).toBe('one');
    expect(ask).not.toHaveBeenCalled();
    const again = tokens.next();
    expect(ask).toHaveBeenCalledOnce();
    await vi.advanceTimersByTimeAsync(1000);
    expect(await again).toBe('one');
  });

  test('none comes, or whoever makes them says that it cannot', async () => {
    const tokens = new Tokens({ ask: () => {}, patienceMs: 1000 });
    const late = tokens.next();
    late.catch(() => {});
    await vi.advanceTimersByTimeAsync(1000);
    await expect(late).rejects.toBeInstanceOf(NoToken);
    const denied = tokens.next();
    tokens.deny('no key', 'get one');
    await expect(denied).rejects.toMatchObject({ message: 'no key', hint: 'get one' });
  });

  test('another is asked for in time, unless it comes by itself', async () => {
    const ask = vi.fn();
    const heard = vi.fn();
    const tokens = new Tokens({ ask });
    tokens.onPush(heard);
    tokens.push('one', 100_000);
    await vi.advanceTimersByTimeAsync(70_000);
    tokens.push('two', 170_000);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(ask).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(ask).toHaveBeenCalledOnce();
    expect(heard.mock.calls).toEqual([['one'], ['two']]);
    tokens.close();
    tokens.push('three', 900_000);
    await vi.advanceTimersByTimeAsync(900_000);
    expect(ask).toHaveBeenCalledOnce();
    expect(heard).toHaveBeenCalledTimes(2);
  });
});
