import { describe, expect, test, vi } from 'vitest';
import { SignInRefused } from '../../src/sign-in/sign-in';
import { admit, type Keep, keepIn, proofOf } from '../../src/sign-in/visit';

const SHOWN = { session: 'room', codec: 'uimessage' };

function answer(body: object) {
  return async () => Response.json({ token: { token: 'secret' }, renew: 'next', ...body });
}

function memory(renewal?: string) {
  const keep = { read: vi.fn(() => renewal), write: vi.fn(), forget: vi.fn() };
  return keep satisfies Keep;
}

/** As much of a browser's tab as there is to it. */
function tab(hash: string, kept: Record<string, string> = {}, pathname = '/console'): Window {
  const values = new Map(Object.entries(kept));
  return {
    location: { hash, pathname, search: '' },
    history: { replaceState: vi.fn() },
    sessionStorage: {
      getItem: (name: string) => values.get(name) ?? null,
      setItem: (name: string, value: string) => values.set(name, value),
      removeItem: (name: string) => values.delete(name),
    },
  } as unknown as Window;
}

describe('what a page has to show', () => {
  test('is the link in its address, or else what it kept', () => {
    const kept = { 'ait-renewal /console': 'kept' };
    for (const [hash, proof] of [
      ['#link=new', { link: 'new' }],
      ['', { renew: 'kept' }],
    ] as const) {
      const page = tab(hash, kept);
      expect(proofOf(page, keepIn(page))).toEqual(proof);
    }
    const stranger = tab('');
    expect(proofOf(stranger, keepIn(stranger))).toBeUndefined();
  });

  test('is its own: another page of the same address keeps another', () => {
    const page = tab('', { 'ait-renewal /console': 'kept' }, '/customer');
    expect(proofOf(page, keepIn(page))).toBeUndefined();
  });

  test('is a link alone where the browser keeps nothing', () => {
    const page = tab('#link=new');
    Object.defineProperty(page, 'sessionStorage', {
      get: () => {
        throw new DOMException('not here', 'SecurityError');
      },
    });
    const keep = keepIn(page);
    keep.write('next');
    keep.forget();
    expect(keep.read()).toBeUndefined();
    expect(proofOf(page, keep)).toEqual({ link: 'new' });
  });
});

describe('signing in', () => {
  test('keeps what the next one takes, and never the token', async () => {
    const keep = memory();
    const admission = await admit({ link: 'x' }, keep, answer({ show: SHOWN }));
    expect(admission.show).toEqual(SHOWN);
    expect(keep.write.mock.calls).toEqual([['next']]);
  });

  test('forgets what is no longer good, and keeps it while the hub is away', async () => {
    const keep = memory('kept');
    const away = async () => new Response('', { status: 502 });
    await expect(admit({ renew: 'kept' }, keep, away)).rejects.toThrow();
    expect(keep.forget).not.toHaveBeenCalled();
    const refusing = async () => Response.json({ error: { message: 'used' } }, { status: 401 });
    await expect(admit({ renew: 'kept' }, keep, refusing)).rejects.toThrow(SignInRefused);
    expect(keep.forget).toHaveBeenCalled();
  });

  test("is refused with a link to the hub's own page", async () => {
    const keep = memory();
    await expect(admit({ link: 'x' }, keep, answer({ show: null }))).rejects.toThrow(SignInRefused);
    expect(keep.write).not.toHaveBeenCalled();
  });
});
