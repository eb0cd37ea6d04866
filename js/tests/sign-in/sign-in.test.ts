import { describe, expect, test, vi } from 'vitest';
import {
  renewalDelay,
  type SignedIn,
  SignInRefused,
  signIn,
  takeLink,
  tokensOf,
} from '../../src/sign-in/sign-in';

const token = (name: string) => ({
  token: name,
  issued: 1_000_000,
  expires: 1_100_000,
  capability: '{"*":["*"]}',
});

const signedIn = (name: string): SignedIn => ({
  token: token(name),
  renew: `renew ${name}`,
  show: null,
  hub: { version: '1.2.3', url: 'http://localhost:1', instance: 'one' },
});

describe('the link in the address', () => {
  function take(hash: string) {
    const replaceState = vi.fn();
    const address = { hash, pathname: '/hub', search: '?a=1' } as Location;
    return { link: takeLink(address, { replaceState } as unknown as History), replaceState };
  }

  test('is taken out of it', () => {
    const { link, replaceState } = take('#link=s%2Fecret');
    expect(link).toBe('s/ecret');
    expect(replaceState).toHaveBeenCalledWith(null, '', '/hub?a=1');
  });

  test('may be missing or empty', () => {
    expect(take('').link).toBeUndefined();
    expect(take('').replaceState).not.toHaveBeenCalled();
    expect(take('#link=').link).toBeUndefined();
    expect(take('#link=').replaceState).toHaveBeenCalled();
  });
});

describe('signing in', () => {
  test('posts the proof and nothing else', async () => {
    const send = vi.fn(async () => Response.json(signedIn('first')));
    expect(await signIn({ link: 'secret' }, send)).toEqual(signedIn('first'));
    expect(send).toHaveBeenCalledWith(
      'hub/sign-in',
      expect.objectContaining({
        method: 'POST',
        body: '{"link":"secret"}',
        credentials: 'same-origin',
      }),
    );
  });

  test('tells a refusal, with its reason, from a failure', async () => {
    const refusal = { error: { code: 40101, statusCode: 401, message: 'used already' } };
    const refusing = async () => Response.json(refusal, { status: 401 });
    await expect(signIn({ link: 'x' }, refusing)).rejects.toThrow(
      new SignInRefused('used already'),
    );
    const failing = async () => new Response('<html>', { status: 502 });
    const failure = signIn({ link: 'x' }, failing);
    await expect(failure).rejects.toThrow('the hub answered 502');
    await expect(failure).rejects.not.toBeInstanceOf(SignInRefused);
  });
});

describe('tokens', () => {
  test('the first is at hand, each further one renews with the newest secret', async () => {
    const renewed = vi.fn(async () => signedIn('second'));
    const next = tokensOf(signedIn('first'), renewed);
    expect((await next()).token).toBe('first');
    expect(renewed).not.toHaveBeenCalled();
    expect((await next()).token).toBe('second');
    await next();
    expect(renewed.mock.calls).toEqual([[{ renew: 'renew first' }], [{ renew: 'renew second' }]]);
  });

  test('who asks while one is being renewed gets the same, as a renewal is good once', async () => {
    const renewed = vi.fn(async () => signedIn('second'));
    const next = tokensOf(signedIn('first'), renewed);
    await next();
    const [one, other] = await Promise.all([next(), next()]);
    expect([one.token, other.token]).toEqual(['second', 'second']);
    expect(renewed).toHaveBeenCalledTimes(1);
  });

  test('a renewal that failed is tried again', async () => {
    const renewed = vi.fn(async () => signedIn('second'));
    renewed.mockRejectedValueOnce(new Error('away'));
    const next = tokensOf(signedIn('first'), renewed);
    await next();
    await expect(next()).rejects.toThrow('away');
    expect((await next()).token).toBe('second');
    expect(renewed.mock.calls).toEqual([[{ renew: 'renew first' }], [{ renew: 'renew first' }]]);
  });

  test('are renewed before they expire, and never in a rush', () => {
    expect(renewalDelay(token('a'))).toBe(80_000);
    expect(renewalDelay({ ...token('a'), expires: 1_000_000 })).toBe(1_000);
    expect(renewalDelay({ ...token('a'), expires: 2 ** 50 })).toBe(2 ** 31 - 1);
  });
});
