import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fromKernel } from '../../src/kernel/heard';
import { KernelLink, type KernelModel } from '../../src/kernel/link';
import type { ToKernel, Traits } from '../../src/kernel/protocol';
import type { OpenedSession, SessionOptions } from '../../src/session/open';

const TRAITS: Traits = {
  session: 'conversations:42',
  codec: 'uimessage',
  where: { endpoint: 'localhost', port: 8085, tls: false, isLocal: true },
  who: 'operator-1',
  cell: 'c1',
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
  const opened: { session: OpenedSession; options: SessionOptions }[] = [];
  const link = new KernelLink(model, (options) => {
    const session = { heard: vi.fn(), close: vi.fn() } as unknown as OpenedSession;
    opened.push({ session, options });
    return session;
  });
  return { link, opened, say: (content: unknown) => listener(content) };
}

/** One that has a view. */
function viewed(send?: (content: ToKernel) => void) {
  const { link, opened, say } = linked(send);
  const viewing = link.view();
  return { link, say, viewing, session: viewing.session, options: opened[0]?.options };
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
  test('opens the session of the traits', () => {
    const { options } = viewed();
    expect(options).toMatchObject({
      session: 'conversations:42',
      codec: 'uimessage',
      where: TRAITS.where,
    });
  });

  test('passes on what is said, each way', () => {
    const send = vi.fn();
    const { session, options, say } = viewed(send);
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
    const { session, options } = viewed(() => {
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
    const { link, session } = viewed();
    link.close();
    expect(session.close).toHaveBeenCalled();
  });
});

describe('who is seen by nobody', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());
  const AFTER_GRACE = 6000;

  test('is not open before there is a view, which has the token that came meanwhile', () => {
    const { link, opened, say } = linked();
    say({ kind: 'token', token: 't', expires: 5 });
    expect(opened).toEqual([]);
    const { session } = link.view();
    expect(session.heard).toHaveBeenCalledWith({ kind: 'token', token: 't', expires: 5 });
  });

  test('leaves soon after the last view is gone', () => {
    const { link, session, viewing } = viewed();
    const other = link.view();
    expect(other.session).toBe(session);
    viewing.end();
    viewing.end();
    vi.advanceTimersByTime(AFTER_GRACE);
    expect(session.close).not.toHaveBeenCalled();
    other.end();
    expect(session.close).not.toHaveBeenCalled();
    vi.advanceTimersByTime(AFTER_GRACE);
    expect(session.close).toHaveBeenCalledOnce();
  });

  test('stays where it is drawn anew at once', () => {
    const { link, session, viewing } = viewed();
    viewing.end();
    vi.advanceTimersByTime(1000);
    expect(link.view().session).toBe(session);
    vi.advanceTimersByTime(AFTER_GRACE);
    expect(session.close).not.toHaveBeenCalled();
  });

  test('is opened anew with the newest token where it is drawn later', () => {
    const { link, session, viewing, say } = viewed();
    viewing.end();
    vi.advanceTimersByTime(AFTER_GRACE);
    say({ kind: 'token', token: 'newer', expires: 6 });
    expect(session.heard).not.toHaveBeenCalled();
    const again = link.view();
    expect(again.session).not.toBe(session);
    expect(again.session.heard).toHaveBeenCalledWith({ kind: 'token', token: 'newer', expires: 6 });
  });
});
