import { describe, expect, test, vi } from 'vitest';
import { fromKernel } from '../../src/kernel/heard';
import { KernelLink, type KernelModel } from '../../src/kernel/link';
import type { ToKernel, Traits } from '../../src/kernel/protocol';
import type { OpenedSession, SessionOptions } from '../../src/session/open';

const TRAITS: Traits = {
  session: 'conversations:42',
  codec: 'uimessage',
  where: { endpoint: 'localhost', port: 8085, tls: false, isLocal: true },
  invokes: false,
  height: 0,
};

function linked(send: (content: ToKernel) => void = () => {}) {
  let listener: (content: unknown) => void = () => {};
  const model: KernelModel = {
    get: (name) => TRAITS[name],
    on: (_event, given) => {
      listener = given;
    },
    send,
  };
  const session = { heard: vi.fn(), close: vi.fn() } as unknown as OpenedSession;
  let options: SessionOptions | undefined;
  const link = new KernelLink(model, (given) => {
    options = given;
    return session;
  });
  return { link, session, options, say: (content: unknown) => listener(content) };
}

describe('what the kernel says', () => {
  test.each([
    { kind: 'token', token: 't', expires: 5 },
    { kind: 'no token', message: 'no', hint: 'mend' },
    { kind: 'no token', message: 'no' },
    { kind: 'invoked', eventId: 'e', ok: false, message: 'no' },
    { kind: 'reveal', messageId: 'm' },
    { kind: 'close' },
  ])('is read ($kind)', (message) => {
    expect(fromKernel({ ...message, more: 'that is not known' })).toEqual(message);
  });

  test.each([
    null,
    'close',
    {},
    { kind: 'token', token: 5, expires: 5 },
    { kind: 'token', token: 't' },
    { kind: 'something new' },
  ])('is left alone where it is not known (%j)', (content) => {
    expect(fromKernel(content)).toBeUndefined();
  });
});

describe('the link', () => {
  test('opens the session of the traits, before there is a view', () => {
    const { options } = linked();
    expect(options).toMatchObject({
      session: 'conversations:42',
      codec: 'uimessage',
      where: TRAITS.where,
    });
  });

  test('passes on what is said, each way', () => {
    const send = vi.fn();
    const { session, options, say } = linked(send);
    say({ kind: 'token', token: 't', expires: 5 });
    expect(session.heard).toHaveBeenCalledWith({ kind: 'token', token: 't', expires: 5 });
    options?.onToKernel?.({ kind: 'token please' });
    expect(send).toHaveBeenCalledWith({ kind: 'token please' });
  });

  test('tells every view of what is to be shown, until it is gone', () => {
    const { link, say } = linked();
    const one = vi.fn();
    const other = vi.fn();
    const stop = link.onReveal(one);
    link.onReveal(other);
    say({ kind: 'reveal', messageId: 'm1' });
    stop();
    say({ kind: 'reveal', messageId: 'm2' });
    expect(one.mock.calls).toEqual([['m1']]);
    expect(other.mock.calls).toEqual([['m1'], ['m2']]);
  });

  test('a dead kernel gives no token, and that is said', async () => {
    const { session, options } = linked(() => {
      throw new Error('Kernel is dead');
    });
    options?.onToKernel?.({ kind: 'token please' });
    await Promise.resolve();
    expect(session.heard).toHaveBeenCalledWith(expect.objectContaining({ kind: 'no token' }));
    options?.onToKernel?.({ kind: 'selection', messageIds: [], focused: null, runIds: [] });
    await Promise.resolve();
    expect(session.heard).toHaveBeenCalledTimes(1);
  });

  test('closes its session', () => {
    const { link, session } = linked();
    link.close();
    expect(session.close).toHaveBeenCalled();
  });
});
