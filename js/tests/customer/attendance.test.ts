import { describe, expect, test } from 'vitest';
import { attended, goneFrom, heard, remembered } from '../../src/customer/attendance';

const bot = { clientId: 'bot' };
const NOBODY = new Map<string, undefined>();

describe('who has been here', () => {
  test('is away since the first time that it was not seen, until it is back', () => {
    const here = attended(NOBODY, [bot], 1_000);
    expect(here.get('bot')).toBeUndefined();
    const away = attended(attended(here, [], 2_000), [], 3_000);
    expect(away.get('bot')).toBe(2_000);
    expect(attended(away, [bot], 4_000).get('bot')).toBeUndefined();
  });

  test('is here where one of several with its name is', () => {
    expect(attended(NOBODY, [bot, { clientId: 'ann' }, bot], 1_000).get('bot')).toBeUndefined();
  });

  test('before one came oneself is away, unless one has seen it since', () => {
    expect(remembered(NOBODY, [bot], 5_000).get('bot')).toBe(5_000);
    const here = attended(NOBODY, [bot], 1_000);
    expect(remembered(here, [bot], 5_000).get('bot')).toBeUndefined();
    expect(remembered(NOBODY, [], 5_000).has('bot')).toBe(false);
  });
});

describe('to be gone is said', () => {
  test('of who has been away for some seconds', () => {
    expect(goneFrom(10_000, 0)).toBe(13_000);
  });

  test('of nobody who is here, or who was never seen', () => {
    expect(goneFrom(attended(NOBODY, [bot], 1_000).get('bot'), 0)).toBeUndefined();
    expect(goneFrom(NOBODY.get('bot'), 0)).toBeUndefined();
  });

  test('of nobody while one is away oneself, nor as soon as one is back', () => {
    expect(goneFrom(10_000, Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
    expect(goneFrom(10_000, 40_000)).toBe(43_000);
  });
});

describe('the agent of a Run', () => {
  const said = (name: string, clientId: string, serial: string, runId: unknown = 'r1') => ({
    name,
    clientId,
    serial,
    extras: { ai: { transport: { 'run-id': runId } } },
  });
  const NONE = new Map<string, never>();

  test.each(['ai-output', 'ai-run-start', 'ai-run-resume', 'ai-step-start'])(
    'is who says %s in it',
    (name) => expect(heard(NONE, said(name, 'bot', '1')).get('r1')?.clientId).toBe('bot'),
  );

  test('is the one that was heard last, in whatever order it comes', () => {
    const first = heard(NONE, said('ai-output', 'bot', '2'));
    expect(heard(first, said('ai-run-start', 'old', '1'))).toBe(first);
    expect(heard(first, said('ai-output', 'new', '3')).get('r1')?.clientId).toBe('new');
  });

  test('is not who speaks to it, or says nothing of a Run', () => {
    expect(heard(NONE, said('ai-input', 'ann', '1'))).toBe(NONE);
    expect(heard(NONE, said('ai-cancel', 'ann', '1'))).toBe(NONE);
    expect(heard(NONE, said('ai-output', 'bot', '1', 7))).toBe(NONE);
    for (const extras of [undefined, null, 'x', {}, { ai: 1 }, { ai: { transport: 1 } }]) {
      expect(heard(NONE, { ...said('ai-output', 'bot', '1'), extras })).toBe(NONE);
    }
  });
});
