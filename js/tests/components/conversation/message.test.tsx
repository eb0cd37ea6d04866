// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { ActingContext } from '../../../src/components/conversation/acting';
import { Beginning } from '../../../src/components/conversation/beginning';
import { Message } from '../../../src/components/conversation/message';
import { RunLine } from '../../../src/components/conversation/run-line';
import {
  type ConsoleActions,
  Failure,
  type HistoryState,
  type Permits,
} from '../../../src/session/model';
import type { ShownMessage, ShownRun } from '../../../src/shown/model';
import { ANN, ended, history, message, permits, run, T0, textPart } from '../fixtures';
import { actions } from '../test-store';

afterEach(() => {
  vi.useRealTimers();
  cleanup();
});

interface Setting {
  readonly actions?: Partial<ConsoleActions>;
  readonly permits?: Partial<Permits>;
  readonly isUnanswered?: boolean;
  readonly isLive?: boolean;
}

function show(given: ShownMessage | ShownRun, setting: Setting = {}) {
  const { actions: all, asked } = actions(setting.actions);
  const { container } = render(
    <ActingContext
      value={{
        actions: all,
        permits: permits(setting.permits),
        isLive: setting.isLive ?? true,
      }}
    >
      <article data-row="row" tabIndex={-1}>
        {'role' in given ? (
          <Message
            message={given}
            goesOn={false}
            isOver={false}
            isUnanswered={setting.isUnanswered ?? true}
          />
        ) : (
          <RunLine run={given} waitsFor={undefined} isSpokenTo={false} />
        )}
      </article>
    </ActingContext>,
  );
  return { asked, root: container };
}

const button = (name: string | RegExp) => screen.getByRole('button', { name });
const press = async (name: string | RegExp) => act(async () => void fireEvent.click(button(name)));
const field = () => screen.getByRole<HTMLTextAreaElement>('textbox');
const type = (text: string) => fireEvent.change(field(), { target: { value: text } });
const user = (changes: Partial<ShownMessage> = {}) => message('m', 'user', 'Hello <b>', changes);
const assistant = (changes: Partial<ShownMessage> = {}) => message('m', 'assistant', 'Hi', changes);

test('who said it, when, and what', () => {
  const { root } = show(user({ at: T0 }));
  expect(root.querySelector('header')?.textContent).toContain('anncustomer');
  expect(root.querySelector('time')?.dateTime).toBe(new Date(T0).toISOString());
  expect(root.querySelector('time')?.title).toContain('2026');
  expect(root.querySelector('pre')?.textContent).toBe('Hello <b>');
});

test('a name that nobody has verified is marked', () => {
  const { root } = show(user({ author: { clientId: '', says: 'ad\u202Emin' } }));
  expect(root.querySelector('bdi')?.textContent).toBe('ad[U+202E]min');
  expect(root.textContent).toContain('unverified');
});

test.each([
  ['consumed', 'taken up'],
  ['not consumed', 'not taken up'],
  ['unsettled', 'steer'],
] as const)('a steer that is %s', (steer, words) => {
  show(user({ runId: 'r', steer }));
  expect(screen.getByText(words)).toBeTruthy();
  expect(screen.queryByRole('button', { name: /Edit/ })).toBeNull();
});

test('what a moderator did is said', () => {
  show(message('m', 'user', [], { moderated: 'deleted' }));
  expect(screen.getByText('deleted')).toBeTruthy();
  expect(screen.getByText('What it said was deleted.')).toBeTruthy();
  cleanup();
  show(assistant({ moderated: 'changed' }));
  expect(screen.getByText('changed')).toBeTruthy();
});

test('versions are walked through, and end', async () => {
  const { asked, root } = show(assistant({ branch: { index: 1, count: 2 } }));
  expect(root.querySelector('fieldset')?.textContent).toContain('2/2');
  await press('Previous version');
  const next = button(/Next version/);
  expect(next.getAttribute('aria-disabled')).toBe('true');
  fireEvent.click(next);
  expect(asked).toEqual([['select', 'm', 0]]);
});

test('a message is said in other words', async () => {
  const { asked } = show(user());
  await press(/Edit/);
  expect(document.activeElement).toBe(field());
  expect(field().value).toBe('Hello <b>');
  type('Hello again');
  await act(async () => void fireEvent.keyDown(field(), { key: 'Enter', ctrlKey: true }));
  expect(asked).toEqual([['edit', 'm', 'Hello again']]);
  expect(screen.queryByRole('textbox')).toBeNull();
  expect(document.activeElement?.getAttribute('data-row')).toBe('row');
});

test('Escape leaves a message as it was; Enter is a line', async () => {
  const { asked } = show(user());
  await press(/Edit/);
  type('Other');
  fireEvent.keyDown(field(), { key: 'Enter' });
  fireEvent.keyDown(field(), { key: 'Escape' });
  expect(screen.queryByRole('textbox')).toBeNull();
  await press(/Edit/);
  expect(field().value).toBe('Hello <b>');
  expect(asked).toEqual([]);
});

test('an edit that fails keeps the words', async () => {
  show(user(), { actions: { edit: () => Promise.reject(new Failure('The channel is away')) } });
  await press(/Edit/);
  type('Other');
  await press(/Save/);
  expect(screen.getByRole('alert').textContent).toBe('The channel is away');
  expect(field().value).toBe('Other');
});

test('an answer is asked for again, unless that is not possible', async () => {
  const { asked } = show(assistant());
  await press(/Answer again/);
  expect(asked).toEqual([['regenerate', 'm']]);
  cleanup();
  const none = show(assistant(), {
    permits: { regenerate: { allowed: false, why: 'No agent is set' } },
  });
  const again = button(/Answer again.*not possible: No agent is set/);
  expect(again.title).toBe('No agent is set');
  fireEvent.click(again);
  expect(none.asked).toEqual([]);
});

test('an answer that nobody begins is said to be, and can be taken back', async () => {
  vi.useFakeTimers();
  const wish = { inputId: 'w', by: { clientId: 'omar' } };
  const { asked, root } = show(assistant({ wish }));
  expect(button(/Answer again.*is asked for, and no agent/)).toBeTruthy();
  expect(root.textContent).not.toContain('asked for another answer');
  act(() => void vi.advanceTimersByTime(2000));
  expect(root.textContent).toContain('omar asked for another answer. No agent has begun it yet.');
  await press('Take back');
  expect(asked).toEqual([['withdraw', 'w']]);
  cleanup();
  const back = show(assistant({ wish: { ...wish, withdrawnBy: { clientId: 'lea' } } }));
  expect(back.root.textContent).toContain('lea took back the wish for another answer.');
  expect(button(/Answer again/).getAttribute('aria-disabled')).toBeNull();
});

test('how long nobody has begun an answer is counted from when it was asked for', () => {
  vi.useFakeTimers();
  const NOTE = 'No agent has begun to answer yet.';
  const asked = (at: number) => show(user({ wish: { inputId: 'm', by: ANN, at } })).root;
  expect(asked(Date.now() - 5000).textContent).toContain(NOTE);
  cleanup();
  const root = asked(Date.now() - 1500);
  expect(root.textContent).not.toContain(NOTE);
  act(() => void vi.advanceTimersByTime(500));
  expect(root.textContent).toContain(NOTE);
  cleanup();
  // By a clock that is ahead.
  const ahead = asked(Date.now() + 60_000);
  act(() => void vi.advanceTimersByTime(2000));
  expect(ahead.textContent).toContain(NOTE);
});

test('a question that nobody answers is said to be, if it is the last', () => {
  vi.useFakeTimers();
  const wish = { inputId: 'm', by: { clientId: 'ann' } };
  const last = show(user({ wish }));
  act(() => void vi.advanceTimersByTime(2000));
  expect(last.root.textContent).toContain('No agent has begun to answer yet.');
  cleanup();
  const before = show(user({ wish }), { isUnanswered: false });
  act(() => void vi.advanceTimersByTime(2000));
  expect(before.root.textContent).not.toContain('No agent');
});

test('thoughts are a glimpse while they come, and closed after', async () => {
  const thought = (isStreaming: boolean) =>
    message('m', 'assistant', [{ kind: 'reasoning', text: 'Hmm', isStreaming }, textPart('Yes')]);
  expect(show(thought(true)).root.textContent).toContain('Thinking…Hmm');
  cleanup();
  const { root } = show(thought(false));
  expect(root.textContent).not.toContain('Hmm');
  await press('Thoughts');
  expect(root.textContent).toContain('Hmm');
});

test('data and what nobody knows are shown as JSON', () => {
  const { root } = show(
    message('m', 'assistant', [
      { kind: 'data', name: 'usage', data: { tokens: 5 } },
      { kind: 'other', name: 'response.x', value: ['a'] },
    ]),
  );
  expect(root.textContent).toContain('usagetokens: 5');
  expect(root.textContent).toContain('response.x0: “a”');
});

const active = run('r');

test('a Run is stopped, steered and redirected', async () => {
  const { asked } = show(active);
  await press('Stop');
  await press('Steer');
  expect(document.activeElement).toBe(field());
  type('shorter');
  await act(async () => void fireEvent.keyDown(field(), { key: 'Enter' }));
  expect(screen.queryByRole('textbox')).toBeNull();
  await press('Redirect');
  type('something else');
  await press('Stop and say this');
  expect(asked).toEqual([
    ['cancel', 'r'],
    ['steer', 'r', 'shorter'],
    ['redirect', 'r', 'something else'],
  ]);
});

test('of a Run that nobody hears of it is told that it was at work, and no time', () => {
  const begun = { startedAt: T0, firstOutputAt: T0 + 100 };
  const { root } = show(run('r', begun), { isLive: false });
  const line = () => root.querySelector('.ait-run-words')?.textContent;
  expect(line()).toMatch(/^Was answering when last heard/);
  expect(line()).not.toMatch(/\d/);
  cleanup();
  const over = show(run('r', { ...begun, status: 'complete', endedAt: T0 + 4000 }), {
    isLive: false,
  });
  expect(over.root.querySelector('.ait-run-words')?.textContent).toMatch(/^Complete.*4/);
});

test('a suspended Run goes on', async () => {
  const { asked } = show(run('r', { status: 'suspended' }));
  await press('Resume');
  type('go on');
  fireEvent.keyDown(field(), { key: 'Enter', shiftKey: true });
  await act(async () => void fireEvent.keyDown(field(), { key: 'Enter' }));
  expect(asked).toEqual([['resume', 'r', 'go on']]);
});

test('a Run that is over has nothing to be done, and its details', async () => {
  const { root } = show(ended('r', { steps: 3 }));
  expect(screen.getAllByRole('button')).toHaveLength(1);
  await press('Show the details of this Run');
  const facts = [...root.querySelectorAll('dl > div')].map((fact) => fact.textContent);
  expect(facts).toContain('Steps3');
  expect(facts).toContain('Said1,480 characters');
  expect(facts).toContain('Started byanncustomer');
});

test('a Run that was asked to stop is not asked again', () => {
  const { asked } = show({ ...active, cancel: { by: active.owner, outcome: 'asked' } });
  fireEvent.click(button(/Stop/));
  expect(asked).toEqual([]);
  expect(screen.getByText('Stopping, as ann asked')).toBeTruthy();
});

test('where the conversation begins', () => {
  const words = (changes: Partial<HistoryState>) => {
    cleanup();
    const loads: string[] = [];
    const { container } = render(
      <Beginning history={history(changes)} load={() => loads.push('load')} />,
    );
    for (const each of screen.queryAllByRole('button')) fireEvent.click(each);
    return [container.textContent, loads.length];
  };
  expect(words({})).toEqual(['Beginning of the session', 0]);
  expect(words({ isBeginningMissing: true })).toEqual([
    'The beginning of this session is gone (retention)',
    0,
  ]);
  expect(words({ hasOlder: true })).toEqual(['Load older messages', 1]);
  expect(words({ hasOlder: true, isLoadingOlder: true })).toEqual(['Loading older messages…', 0]);
  expect(words({ hasOlder: true, problem: { message: 'gone' } })).toEqual([
    'Older messages could not be loaded: goneTry again',
    1,
  ]);
});
