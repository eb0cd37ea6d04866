// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { ActingContext, RunIsOver } from '../../../src/components/conversation/acting';
import { changesBetween } from '../../../src/components/conversation/json-change';
import { KeepAll } from '../../../src/components/conversation/kept';
import { REST_MS, RestScope } from '../../../src/components/conversation/parts/rest';
import { ToolCall } from '../../../src/components/conversation/parts/tool-call';
import { firstHarmless } from '../../../src/components/conversation/use-walk';
import { type ConsoleActions, Failure, type Permits } from '../../../src/session/model';
import type { ToolPart } from '../../../src/shown/model';
import { OLIVIA, permits, T0, tool } from '../fixtures';
import { actions } from '../test-store';

afterEach(cleanup);

const APPROVAL: Partial<ToolPart> = { state: 'approval-requested', awaits: 'approval' };
const ANSWER: Partial<ToolPart> = {
  state: 'input-available',
  awaits: 'answer',
  name: 'ask_the_user',
};

interface Setting {
  readonly actions?: Partial<ConsoleActions>;
  readonly permits?: Partial<Permits>;
  readonly isOver?: boolean;
}

function show(part: Partial<ToolPart>, setting: Setting = {}) {
  const { actions: all, asked } = actions(setting.actions);
  const shown = render(
    <ActingContext value={{ actions: all, permits: permits(setting.permits), isLive: true }}>
      <RunIsOver value={setting.isOver ?? false}>
        <article data-row="m" tabIndex={-1}>
          <ToolCall part={tool(part)} messageId="m" />
        </article>
      </RunIsOver>
    </ActingContext>,
  );
  return { asked, root: shown.container };
}

const button = (name: string | RegExp) => screen.getByRole('button', { name });
const press = async (name: string | RegExp) => act(async () => void fireEvent.click(button(name)));
const type = (text: string) =>
  fireEvent.change(screen.getByRole('textbox'), { target: { value: text } });

test('a call is one line, and all of it once it is opened', async () => {
  const { root } = show({ output: { sent: true } });
  expect(root.textContent).toContain('done');
  expect(root.querySelector('.ait-json')).toBeNull();
  await press(/send_message/);
  expect(root.textContent).toContain('Result');
  expect(root.textContent).toContain('sent: true');
});

test('arguments are shown as they come', () => {
  const { root } = show({ state: 'input-streaming', inputText: '{"to": "te', input: undefined });
  expect(root.textContent).toContain('{"to": "te');
  expect(root.textContent).toContain('writing the arguments');
});

test('a call that its Run has left behind has no result', () => {
  expect(show({ state: 'input-available' }, { isOver: true }).root.textContent).toContain(
    'no result',
  );
});

test('approve', async () => {
  const { asked } = show(APPROVAL);
  await press('Approve');
  expect(asked).toEqual([['approve', 'm', 'call-1', {}]]);
  expect(document.activeElement?.getAttribute('data-row')).toBe('m');
});

test('deny with a reason, by keyboard', async () => {
  const { asked } = show(APPROVAL);
  await press('Deny…');
  expect(document.activeElement).toBe(screen.getByRole('textbox'));
  type('too dear');
  await act(async () => void fireEvent.keyDown(screen.getByRole('textbox'), { key: 'Enter' }));
  expect(asked).toEqual([['deny', 'm', 'call-1', 'too dear']]);
});

test('Escape goes back and denies nothing', async () => {
  const { asked } = show(APPROVAL);
  await press('Deny…');
  fireEvent.keyDown(screen.getByRole('textbox'), { key: 'Escape' });
  expect(document.activeElement).toBe(button('Deny…'));
  expect(asked).toEqual([]);
});

test.each([
  [APPROVAL, 'Deny…', ['Back']],
  [APPROVAL, 'Edit arguments…', ['Back']],
  [ANSWER, 'Answer…', ['Back']],
  [ANSWER, 'Answer…', ['As JSON', 'Back']],
  [ANSWER, 'It failed…', ['Back']],
])('where a form was is the button that opened it', async (part, opener, presses) => {
  show(part);
  await press(opener);
  for (const name of presses) await press(name);
  expect(document.activeElement).toBe(button(opener));
  await press(opener);
  fireEvent.keyDown(screen.getByRole('textbox'), { key: 'Escape' });
  expect(document.activeElement).toBe(button(opener));
});

test('one enters a call that waits at its head, where nothing is decided', () => {
  const { root } = show(APPROVAL);
  const row = root.querySelector<HTMLElement>('[data-row]');
  if (!row) throw new Error('no row');
  expect(firstHarmless(row)).toBe(root.querySelector('.ait-tool-head'));
});

test('approve with other arguments', async () => {
  const { asked, root } = show(APPROVAL);
  await press('Edit arguments…');
  type('{"to": "boss@example.com", "subject": "Hello", "urgent": false}');
  const changes = root.querySelector('.ait-changes')?.textContent;
  expect(changes).toContain('to"team@example.com" "boss@example.com"');
  await press('Approve with these arguments');
  expect(asked).toEqual([
    [
      'approve',
      'm',
      'call-1',
      { arguments: { to: 'boss@example.com', subject: 'Hello', urgent: false } },
    ],
  ]);
});

test.each([
  ['{"to": ', /This is no JSON/],
  ['"text"', /must be a JSON object/],
  ['[]', /must be a JSON object/],
  ['', /Nothing is written/],
])('arguments that cannot be: %s', async (text, why) => {
  const { asked } = show(APPROVAL);
  await press('Edit arguments…');
  type(text);
  expect(screen.getByRole('alert').textContent).toMatch(why);
  fireEvent.keyDown(screen.getByRole('textbox'), { key: 'Enter', ctrlKey: true });
  await press(/^Approve/);
  expect(asked).toEqual([]);
  await press('Reset');
  expect(screen.queryByRole('alert')).toBeNull();
});

test('whole numbers that a browser rounds are marked, and never sent', async () => {
  const input = { account: Number('9007199254740993'), order: 12, more: [{ deep: -(2 ** 60) }] };
  const { asked, root } = show({ ...APPROVAL, input });
  expect(root.textContent).toContain('≈ 9007199254740992');
  expect(root.textContent).toContain('too large for a browser');
  await press('Edit arguments…');
  type(JSON.stringify({ ...input, order: 13 }));
  expect(screen.getByRole('alert').textContent).toMatch(/would be sent rounded/);
  await press(/^Approve/);
  expect(asked).toEqual([]);
  type('{"account": 1, "order": 12, "more": []}');
  await press(/^Approve/);
  expect(asked).toEqual([
    ['approve', 'm', 'call-1', { arguments: { account: 1, order: 12, more: [] } }],
  ]);
});

test('other numbers are as they are', async () => {
  const { root } = show({ ...APPROVAL, input: { one: 9007199254740991, other: -1.5, none: 1e-7 } });
  expect(root.textContent).not.toContain('≈');
});

test('arguments that were not changed are not sent', async () => {
  const { asked } = show(APPROVAL);
  await press('Edit arguments…');
  await press('Approve unchanged');
  expect(asked).toEqual([['approve', 'm', 'call-1', {}]]);
});

test('what is not allowed says why, and does nothing', async () => {
  const { asked } = show(APPROVAL, {
    permits: { answer: { allowed: false, why: 'Your token may only look' } },
  });
  const approve = button(/^Approve/);
  expect(approve.getAttribute('aria-disabled')).toBe('true');
  expect(approve.title).toBe('Your token may only look');
  expect(approve.textContent).toContain('Your token may only look');
  fireEvent.click(approve);
  expect(asked).toEqual([]);
});

test('who may no longer answer sends nothing', async () => {
  const { actions: all, asked } = actions();
  const drawn = (changes: Partial<Permits>) => (
    <ActingContext value={{ actions: all, permits: permits(changes), isLive: true }}>
      <ToolCall part={tool(APPROVAL)} messageId="m" />
    </ActingContext>
  );
  const { rerender } = render(drawn({}));
  await press('Deny…');
  rerender(drawn({ answer: { allowed: false, why: 'Your token may only look' } }));
  await act(async () => void fireEvent.keyDown(screen.getByRole('textbox'), { key: 'Enter' }));
  expect(asked).toEqual([]);
});

test('a decision that fails says so, and can be made again', async () => {
  show(APPROVAL, {
    actions: {
      approve: () =>
        Promise.reject(new Failure('Not sent', { code: 40160, hint: 'Ask for a token' })),
    },
  });
  await press('Approve');
  expect(screen.getByRole('alert').textContent).toBe('Not sent (40160) Ask for a token');
  expect(button('Approve').getAttribute('aria-disabled')).toBeNull();
});

test('while a decision is on its way, nothing else can be decided', async () => {
  show(APPROVAL, { actions: { approve: () => new Promise(() => undefined) } });
  await press('Approve');
  expect(screen.getByText('Sent, waiting for the agent…')).toBeTruthy();
  await press('Deny…');
  expect(screen.queryByRole('textbox')).toBeNull();
});

test('what moves up as a call is decided cannot be pressed at once', () => {
  vi.useFakeTimers();
  const { actions: all, asked } = actions();
  const calls = (...waiting: boolean[]) => (
    <ActingContext value={{ actions: all, permits: permits(), isLive: true }}>
      <RestScope>
        {waiting.map((waits, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: there are always two
          <ToolCall key={at} part={tool(waits ? APPROVAL : {})} messageId="m" />
        ))}
      </RestScope>
    </ActingContext>
  );
  const { rerender } = render(calls(true, true));
  rerender(calls(false, true));
  fireEvent.click(button('Approve'));
  fireEvent.click(button('Deny…'));
  expect(asked).toEqual([]);
  act(() => void vi.advanceTimersByTime(REST_MS));
  fireEvent.click(button('Approve'));
  expect(asked).toHaveLength(1);
  vi.useRealTimers();
});

test('what a person changed is shown', () => {
  const { root } = show({
    state: 'approval-responded',
    approval: {
      isApproved: true,
      reason: 'fine',
      arguments: { to: 'team@example.com', subject: 'Hi', cc: ['a'] },
    },
  });
  expect(root.textContent).toContain('Approved with changed arguments: “fine”');
  expect(root.querySelector('.ait-changes')?.textContent).toBe(
    'subject"Hello" "Hi"urgentfalse cc "a"',
  );
});

test('who decided, when and why, once its result is there too', () => {
  const { root } = show({
    answers: [
      { kind: 'approved', by: OLIVIA, at: T0, arguments: { to: 'team@example.com' } },
      { kind: 'denied', by: { clientId: 'mallory', role: 'user' }, reason: 'no' },
    ],
  });
  const [first, second] = root.querySelectorAll('.ait-decision');
  expect(first?.textContent).toContain('Approved with changed arguments by olivia');
  expect(first?.querySelector('.ait-badge')?.textContent).toBe('operator');
  expect(first?.querySelector('time')?.dateTime).toBe(new Date(T0).toISOString());
  expect(first?.querySelector('.ait-changes')?.textContent).toContain('subject"Hello"');
  expect(second?.textContent).toMatch(/Denied by mallory.*: “no”/);
});

test('of several decisions it is told which one counted', () => {
  const edited = { to: 'nobody@example.com' };
  const { root } = show({
    answers: [
      { kind: 'approved', by: OLIVIA, isCounted: true },
      { kind: 'approved', by: { clientId: 'lea' }, arguments: edited, isCounted: false },
    ],
  });
  const [first, second] = root.querySelectorAll<HTMLElement>('.ait-decision');
  expect(first?.querySelector('.ait-tag')?.textContent).toBe('counted');
  expect(second?.querySelector('.ait-tag')?.textContent).toBe('not counted');
  expect(second?.dataset.tone).toBeUndefined();
  expect(root.querySelector('.ait-tool-glance')?.textContent).not.toContain('nobody@');
});

test('what one was writing is kept when somebody else answers', async () => {
  const { actions: all } = actions();
  const values = new Map<string, unknown>();
  const drawn = (part: Partial<ToolPart>) => (
    <ActingContext value={{ actions: all, permits: permits(), isLive: true }}>
      <KeepAll values={values}>
        <ToolCall part={tool(part)} messageId="m" />
      </KeepAll>
    </ActingContext>
  );
  const { container, rerender } = render(drawn(APPROVAL));
  await press('Deny…');
  fireEvent.change(screen.getByRole('textbox'), { target: { value: 'too dear' } });
  const denied = { kind: 'denied', by: OLIVIA, reason: 'too dear' } as const;
  rerender(drawn({ state: 'output-denied', answers: [denied] }));
  expect(container.textContent).not.toContain('was not sent');
  rerender(drawn({ answers: [{ kind: 'approved', by: OLIVIA }] }));
  expect(container.textContent).toContain('What you had written was not sent: “too dear”');
  await press('Dismiss');
  expect(container.textContent).not.toContain('was not sent');
});

test('a question has its options as buttons', async () => {
  const input = { question: 'Which?', options: ['green', { label: 'Blue', value: 2 }, null, {}] };
  const { asked } = show({ ...ANSWER, input });
  expect(screen.getByText('Which?')).toBeTruthy();
  await press('green');
  await press('Blue');
  expect(asked).toEqual([
    ['answerCall', 'm', 'call-1', 'green'],
    ['answerCall', 'm', 'call-1', 2],
  ]);
});

test('an answer as text, as JSON, and a failure', async () => {
  const { asked } = show({ ...ANSWER, input: { a: 1 } });
  await press('Answer…');
  type('some words');
  await press('Send the answer');
  await press('As JSON');
  type('{"ok": true}');
  await press('Send the answer');
  await press('Back');
  await press('It failed…');
  type('nobody is there');
  await press('Say that it failed');
  expect(asked).toEqual([
    ['answerCall', 'm', 'call-1', 'some words'],
    ['answerCall', 'm', 'call-1', { ok: true }],
    ['failCall', 'm', 'call-1', 'nobody is there'],
  ]);
});

test('a hostile name is visible, and huge values are cut', async () => {
  const input = {
    long: 'x'.repeat(100_000),
    many: Array.from({ length: 10_000 }, (_, at) => at),
    '\u202E': 1,
  };
  const { root } = show({ ...APPROVAL, name: 'pay\u202Eyap', input });
  expect(root.textContent).toContain('pay[U+202E]yap');
  expect(root.textContent).toContain('[U+202E]: 1');
  expect(root.textContent?.length).toBeLessThan(5000);
  await press(/show all \(100,000 characters\)/);
  expect(root.textContent?.length).toBeGreaterThan(100_000);
});

test('values nested deeper than any stack are shown', () => {
  let deep: unknown = 1;
  for (let level = 0; level < 50_000; level++) deep = { deep };
  expect(show({ ...APPROVAL, input: { deep } }).root.textContent).toContain('{1 entry}');
});

test('where two values differ', () => {
  expect(changesBetween({ a: { b: [1, 2] }, c: 1 }, { a: { b: [1, 3] }, d: 1 })).toEqual([
    { path: 'a.b[1]', before: { value: 2 }, after: { value: 3 } },
    { path: 'c', before: { value: 1 } },
    { path: 'd', after: { value: 1 } },
  ]);
  expect(changesBetween({ a: [1] }, { a: [1] })).toEqual([]);
  expect(changesBetween({ a: 1 }, [1])).toHaveLength(1);
});
