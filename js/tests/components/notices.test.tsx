// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, renderHook, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { newMemory } from '../../src/components/memory';
import { happeningsOf } from '../../src/components/notices/happenings';
import { Toasts } from '../../src/components/notices/toasts';
import { useNotices } from '../../src/components/notices/use-notices';
import { useNotifying } from '../../src/components/notices/use-notifying';
import { Failure, type Notice } from '../../src/session/model';
import type { ShownRun } from '../../src/shown/model';
import { message, run, stateOf, tool } from './fixtures';
import { TestStore } from './test-store';

afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const runs = (...all: ShownRun[]) => new Map(all.map((one) => [one.runId, one]));

describe('toasts', () => {
  const notices: readonly Notice[] = [
    { id: 1, tone: 'info', text: 'Come back.' },
    { id: 2, tone: 'error', text: 'It failed.', hint: 'Mend it.', runId: 'r1' },
  ];

  test('go after a while, but not those that say that something failed', () => {
    vi.useFakeTimers();
    const onDismiss = vi.fn();
    render(<Toasts notices={notices} onDismiss={onDismiss} onReveal={() => {}} />);
    act(() => vi.advanceTimersByTime(60_000));
    expect(onDismiss.mock.calls).toEqual([[1]]);
  });

  test('show what turns the text around, and no more than one reads', () => {
    const text = `It failed: \u2066\u202eexe ${'x'.repeat(1_000)}`;
    const notice: Notice = { id: 3, tone: 'error', text };
    render(<Toasts notices={[notice]} onDismiss={() => {}} onReveal={() => {}} />);
    const shown = screen.getByText(/It failed/).textContent ?? '';
    expect(shown).toContain('[U+2066][U+202E]exe');
    expect(shown.length).toBeLessThan(400);
  });

  test('stay while one points at them', () => {
    vi.useFakeTimers();
    const onDismiss = vi.fn();
    render(<Toasts notices={notices} onDismiss={onDismiss} onReveal={() => {}} />);
    const toast = screen.getByText('Come back.').closest('.ait-toast') as HTMLElement;
    fireEvent.pointerEnter(toast);
    act(() => vi.advanceTimersByTime(60_000));
    expect(onDismiss).not.toHaveBeenCalled();
    fireEvent.pointerLeave(toast);
    act(() => vi.advanceTimersByTime(60_000));
    expect(onDismiss).toHaveBeenCalledWith(1);
  });

  test('are heard, lead to their Run, and can be dismissed', () => {
    const onDismiss = vi.fn();
    const onReveal = vi.fn();
    render(<Toasts notices={notices} onDismiss={onDismiss} onReveal={onReveal} />);
    expect(screen.getByRole('log').getAttribute('aria-live')).toBe('polite');
    fireEvent.click(screen.getByText('Show'));
    expect(onReveal).toHaveBeenCalledWith('r1');
    fireEvent.click(screen.getAllByLabelText('Dismiss')[1] as HTMLElement);
    expect(onDismiss).toHaveBeenCalledWith(2);
  });
});

describe('what the screen itself has to say', () => {
  test('stands beside what the session says, and each is dismissed where it is from', async () => {
    const store = new TestStore(stateOf());
    const fromSession: readonly Notice[] = [{ id: 7, tone: 'info', text: 'From the session.' }];
    const { result } = renderHook(() => useNotices(fromSession, store.actions));
    await act(async () =>
      result.current.attempt(Promise.reject(new Failure('No.', { hint: 'Yes.' }))),
    );
    await act(async () => result.current.attemptStops(Promise.resolve(3)));
    expect(result.current.all.map(({ text, hint }) => [text, hint])).toEqual([
      ['From the session.', undefined],
      ['No.', 'Yes.'],
      ['Asked 3 Runs to stop.', undefined],
    ]);
    const own = result.current.all[1]?.id ?? 0;
    act(() => result.current.dismiss(own));
    expect(result.current.all).toHaveLength(2);
    expect(store.calls).toEqual([]);
    act(() => result.current.dismiss(7));
    expect(store.calls).toEqual([['dismiss', 7]]);
  });
});

describe('what is worth calling somebody back for', () => {
  const active = run('r1');

  test.each([
    [run('r1', { status: 'complete' }), 'The Run of ann is complete.'],
    [run('r1', { status: 'cancelled' }), 'The Run of ann was stopped.'],
    [run('r1', { status: 'suspended' }), 'The Run of ann waits for a person.'],
    [
      run('r1', { status: 'error', error: { code: 1, message: 'out of tokens' } }),
      'The Run of ann failed: out of tokens.',
    ],
  ])('is an end, a failure, a wait (%#)', (after, text) => {
    expect(happeningsOf(runs(active), runs(after), [], 0)).toEqual([{ runId: 'r1', text }]);
  });

  test('is an approval that is needed', () => {
    const call = tool({ state: 'approval-requested', awaits: 'approval' });
    const said = message('m', 'assistant', [call], { runId: 'r1' });
    const after = runs(run('r1', { status: 'suspended' }));
    expect(happeningsOf(runs(active), after, [said], 0)[0]?.text).toBe(
      'The Run of ann needs an approval.',
    );
  });

  test('is not a beginning, what was so before, nor what older history brings', () => {
    const done = run('r2', { status: 'complete', endedAt: 500 });
    expect(happeningsOf(runs(), runs(active), [], 1_000)).toEqual([]);
    expect(happeningsOf(runs(done), runs({ ...done, characters: 9 }), [], 1_000)).toEqual([]);
    expect(happeningsOf(runs(), runs(done), [], 1_000)).toEqual([]);
    expect(happeningsOf(runs(), runs({ ...done, endedAt: 1_500 }), [], 1_000)).toHaveLength(1);
  });
});

describe("the browser's notifications", () => {
  const shown = vi.fn();
  let isHidden = true;

  beforeEach(() => {
    shown.mockClear();
    isHidden = true;
    vi.spyOn(document, 'hidden', 'get').mockImplementation(() => isHidden);
  });

  function notifying(permission: NotificationPermission, canShow = true) {
    class FakeNotification {
      static requestPermission = vi.fn(() => Promise.resolve(permission));
      constructor(title: string, options: NotificationOptions) {
        if (!canShow) throw new TypeError('Illegal constructor');
        shown(title, options.body);
      }
    }
    vi.stubGlobal('Notification', FakeNotification);
    const store = new TestStore(stateOf({ runs: runs(run('r1')) }));
    const onRefused = vi.fn();
    const memory = newMemory();
    const { result } = renderHook(() => useNotifying(store, memory, onRefused, () => {}));
    const end = () => act(() => store.show({ runs: runs(run('r1', { status: 'complete' })) }));
    return { result, onRefused, memory, end, ask: FakeNotification.requestPermission };
  }

  test('are off, and ask for nothing, until somebody wants them', () => {
    const { end, ask } = notifying('granted');
    end();
    expect(ask).not.toHaveBeenCalled();
    expect(shown).not.toHaveBeenCalled();
  });

  test('tell of an end while nobody can see the console', async () => {
    const { result, end, memory } = notifying('granted');
    await act(async () => result.current.toggle());
    end();
    expect(shown.mock.calls).toEqual([['conversations:42', 'The Run of ann is complete.']]);
    expect(memory.wantsNotifications).toBe(true);
  });

  test('tell nothing to those who see it', async () => {
    const { result, end } = notifying('granted');
    await act(async () => result.current.toggle());
    isHidden = false;
    end();
    expect(shown).not.toHaveBeenCalled();
  });

  test('go off, and say why, where pages may not show any', async () => {
    const { result, end, onRefused } = notifying('granted', false);
    await act(async () => result.current.toggle());
    end();
    expect(result.current.isOn).toBe(false);
    expect(onRefused).toHaveBeenCalledTimes(1);
  });

  test('stay off, and say why, where the browser refuses', async () => {
    const { result, onRefused } = notifying('denied');
    await act(async () => result.current.toggle());
    expect(result.current.isOn).toBe(false);
    expect(onRefused.mock.calls[0]?.[0]).toContain('does not allow');
  });
});
