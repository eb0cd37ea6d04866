// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { createRef } from 'react';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Composer } from '../../src/components/composer/composer';
import { choicesOf, chosenOf } from '../../src/components/composer/modes';
import { type Memory, newMemory } from '../../src/components/memory';
import { type ConsoleActions, Failure, type Permits } from '../../src/session/model';
import type { ShownRun } from '../../src/shown/model';
import { permits, run, stateOf } from './fixtures';
import { TestStore } from './test-store';

afterEach(cleanup);

const NO = { allowed: false, why: 'The token does not allow it.' } as const;

interface Given {
  readonly openRuns?: readonly ShownRun[];
  readonly permits?: Partial<Permits>;
  readonly answers?: Partial<ConsoleActions>;
  readonly memory?: Memory;
}

function composer(given: Given = {}) {
  const { openRuns = [], answers = {}, memory = newMemory() } = given;
  const store = new TestStore(stateOf(), answers);
  const onStop = vi.fn();
  const onLeave = vi.fn();
  const made = (runs: readonly ShownRun[], permitted = given.permits) => (
    <Composer
      openRuns={runs}
      permits={permits(permitted)}
      actions={store.actions}
      memory={memory}
      field={createRef()}
      onSaid={() => {}}
      onStop={onStop}
      onLeave={onLeave}
    />
  );
  const { rerender, unmount } = render(made(openRuns));
  return {
    store,
    onStop,
    onLeave,
    unmount,
    runsAre: (runs: readonly ShownRun[]) => rerender(made(runs)),
    permitsAre: (permitted: Partial<Permits>) => rerender(made(openRuns, permitted)),
  };
}

const field = () => screen.getByRole<HTMLTextAreaElement>('textbox');
const write = (text: string) => fireEvent.change(field(), { target: { value: text } });
const enter = () => fireEvent.keyDown(field(), { key: 'Enter' });
const pressedMode = () =>
  screen.getAllByRole('button', { pressed: true }).map((one) => one.textContent);

describe('what the words will be', () => {
  test('with no Run there is nothing to choose: they are sent', async () => {
    const { store } = composer();
    expect(screen.queryByText('Steer')).toBeNull();
    write('  hello ');
    enter();
    await waitFor(() => expect(field().value).toBe(''));
    expect(store.calls).toContainEqual(['send', 'hello']);
  });

  test('a Run that answers is steered, unless something else is chosen', async () => {
    const { store } = composer({ openRuns: [run('r1')] });
    expect(pressedMode()).toEqual(['Steer']);
    write('shorter');
    enter();
    await waitFor(() => expect(store.calls).toContainEqual(['steer', 'r1', 'shorter']));
  });

  test.each([
    ['Digit2', 'redirect', 'Redirect'],
    ['Digit3', 'send', 'New message'],
  ])('Alt and a digit choose (%s)', async (code, action, label) => {
    const { store } = composer({ openRuns: [run('r1')] });
    write('stop that');
    fireEvent.keyDown(field(), { code, key: code, altKey: true });
    expect(pressedMode()).toEqual([label]);
    enter();
    const args = action === 'send' ? ['stop that'] : ['r1', 'stop that'];
    await waitFor(() => expect(store.calls).toContainEqual([action, ...args]));
  });

  test('a Run that waits is resumed', async () => {
    const { store } = composer({ openRuns: [run('r1', { status: 'suspended' })] });
    write('go on');
    enter();
    await waitFor(() => expect(store.calls).toContainEqual(['resume', 'r1', 'go on']));
  });

  test('a Run on another branch is not spoken to', () => {
    composer({ openRuns: [run('r1', { isOnPath: false })] });
    expect(screen.queryByText('Steer')).toBeNull();
    expect(screen.queryByText('Stop')).toBeNull();
  });

  test('the first that is permitted is chosen', () => {
    composer({ openRuns: [run('r1')], permits: { steer: NO } });
    expect(pressedMode()).toEqual(['Redirect']);
  });

  test('a choice for one Run is not carried over to the next', () => {
    const { runsAre } = composer({ openRuns: [run('r1')] });
    fireEvent.click(screen.getByText('Redirect'));
    expect(pressedMode()).toEqual(['Redirect']);
    runsAre([run('r2')]);
    expect(pressedMode()).toEqual(['Steer']);
  });
});

describe('what is not permitted', () => {
  test('is said in words, and not done', () => {
    const { store } = composer({ openRuns: [run('r1')], permits: { steer: NO } });
    fireEvent.click(screen.getByText('Steer', { selector: '.ait-segment' }));
    write('shorter');
    enter();
    expect(screen.getByText(NO.why)).toBeTruthy();
    expect(store.calls.map(([name]) => name)).toEqual(['typing']);
  });

  test('closes the field where nothing is', () => {
    composer({ permits: { send: NO } });
    expect(field().disabled).toBe(true);
    expect(screen.getByText(NO.why)).toBeTruthy();
  });

  test('leaves the field open where it soon will be', () => {
    const { store } = composer({ permits: { send: { ...NO, isPassing: true } } });
    write('hello');
    enter();
    expect(field().value).toBe('hello');
    expect(field().disabled).toBe(false);
    expect(screen.getByRole('status').textContent).toBe(NO.why);
    expect(store.calls.map(([name]) => name)).toEqual(['typing']);
  });
});

describe('sending', () => {
  test('shows that it is on its way, once', async () => {
    let arrive = () => {};
    const send = vi.fn(() => new Promise<void>((done) => (arrive = done)));
    composer({ answers: { send } });
    write('hello');
    enter();
    enter();
    expect(send).toHaveBeenCalledTimes(1);
    expect(screen.getByText('Sending')).toBeTruthy();
    expect(field().readOnly).toBe(true);
    arrive();
    await waitFor(() => expect(field().value).toBe(''));
  });

  test('says what becomes of it while the server is away', async () => {
    const away = { ...NO, isPassing: true, onItsWay: 'It goes out later.' } as const;
    let arrive = () => {};
    const send = () => new Promise<void>((done) => (arrive = done));
    const { permitsAre } = composer({ answers: { send } });
    write('hello');
    enter();
    permitsAre({ send: away });
    expect(screen.getByRole('status').textContent).toBe(away.onItsWay);
    arrive();
    await waitFor(() => expect(screen.getByRole('status').textContent).toBe(away.why));
  });

  test('that failed keeps the words, and says what and how to mend it', async () => {
    const failure = new Failure('The server is away.', { hint: 'It comes back.' });
    const { onLeave } = composer({ answers: { send: () => Promise.reject(failure) } });
    write('hello');
    enter();
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('The server is away. It comes back.');
    expect(field().value).toBe('hello');
    fireEvent.keyDown(field(), { key: 'Escape' });
    expect(screen.queryByRole('alert')).toBeNull();
    expect(onLeave).not.toHaveBeenCalled();
    fireEvent.keyDown(field(), { key: 'Escape' });
    expect(onLeave).toHaveBeenCalled();
    expect(field().value).toBe('hello');
  });

  test('is not done for nothing, by Shift+Enter, nor while a word is being composed', () => {
    const { store } = composer();
    write('   ');
    enter();
    write('hello');
    fireEvent.keyDown(field(), { key: 'Enter', shiftKey: true });
    fireEvent.keyDown(field(), { key: 'Enter', isComposing: true });
    expect(store.calls.filter(([name]) => name === 'send')).toEqual([]);
  });

  test('what was not sent is there when the console is drawn anew', () => {
    const memory = newMemory();
    const { unmount } = composer({ memory });
    write('half a sent');
    unmount();
    composer({ memory });
    expect(field().value).toBe('half a sent');
  });
});

describe('beside the field', () => {
  test('others are told that one types', () => {
    const { store } = composer();
    write('h');
    expect(store.calls).toEqual([['typing']]);
  });

  test('the Run in sight can be stopped, once', () => {
    const { onStop, runsAre } = composer({ openRuns: [run('r1')] });
    fireEvent.click(screen.getByText('Stop'));
    expect(onStop).toHaveBeenCalledWith('r1');
    runsAre([run('r1', { cancel: { by: stateOf().self, outcome: 'asked' } })]);
    fireEvent.click(screen.getByText('Stopping'));
    expect(onStop).toHaveBeenCalledTimes(1);
    expect(screen.getByText('Stopping').parentElement?.title).toContain('Stopping, as ');
  });
});

test('what is said while an agent is gone is something new, unless one says otherwise', () => {
  const gone = run('gone', { health: { verdict: 'crashed', silentMs: 30_000 } });
  const choices = choicesOf(gone, permits());
  expect(chosenOf(choices, undefined, gone)?.mode).toBe('send');
  expect(chosenOf(choices, 'steer', gone)?.mode).toBe('steer');
  expect(chosenOf(choices, undefined, run('here'))?.mode).toBe('steer');
});

describe('words that were written for a Run', () => {
  const ENDED = /is over, or out of sight/;

  test('go to no other Run, in whatever way', async () => {
    const { store, runsAre } = composer({ openRuns: [run('r1'), run('r2')] });
    fireEvent.click(screen.getByText('Redirect'));
    write('say it in French');
    runsAre([run('r1')]);
    enter();
    expect(screen.getByText(ENDED)).toBeTruthy();
    expect(store.calls.filter(([name]) => name !== 'typing')).toEqual([]);
    fireEvent.click(screen.getByText('Steer'));
    enter();
    await waitFor(() => expect(store.calls).toContainEqual(['steer', 'r1', 'say it in French']));
  });

  test('are no new message once it is over, unless one says so', async () => {
    const { store, runsAre } = composer({ openRuns: [run('r1')] });
    write('shorter');
    runsAre([]);
    enter();
    expect(field().value).toBe('shorter');
    fireEvent.click(within(screen.getByRole('group')).getByText('New message'));
    expect(screen.queryByText(ENDED)).toBeNull();
    enter();
    await waitFor(() => expect(store.calls).toContainEqual(['send', 'shorter']));
  });

  test('let a suspended Run go on only where they were for it', () => {
    const { runsAre } = composer({ openRuns: [run('r1')] });
    write('yes, go on');
    runsAre([run('r1', { status: 'suspended' })]);
    expect(screen.getByText(ENDED)).toBeTruthy();
  });

  test('stay something new when a Run begins meanwhile, also where the console is drawn anew', async () => {
    const memory = newMemory();
    const first = composer({ memory });
    write('hello');
    first.runsAre([run('r1')]);
    expect(pressedMode()).toEqual(['New message']);
    first.unmount();
    const { store } = composer({ memory, openRuns: [run('r1')] });
    expect(pressedMode()).toEqual(['New message']);
    enter();
    await waitFor(() => expect(store.calls).toContainEqual(['send', 'hello']));
  });
});
