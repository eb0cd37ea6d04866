// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { Menu } from '../../src/components/header/menu';
import { useNotices } from '../../src/components/notices/use-notices';
import { useMenu } from '../../src/components/use-menu';
import type { ConsoleState } from '../../src/session/model';
import { message, permits, run, stateOf } from './fixtures';
import { TestStore } from './test-store';

afterEach(cleanup);

const SELF = stateOf().self;
const QUESTION = message('q', 'user', 'Anybody?', { wish: { inputId: 'q', by: SELF } });
const TOGGLES = {
  isTreeOpen: false,
  isSearchOpen: false,
  isNotifying: false,
  isFull: false,
  isHelpOpen: false,
  toggleTree: () => {},
  toggleSearch: () => {},
  toggleNotifying: () => {},
  toggleFull: () => {},
  toggleHelp: () => {},
};

function menu(state: Partial<ConsoleState>) {
  const store = new TestStore(stateOf(state));
  const said: string[] = [];
  function Made() {
    const notices = useNotices([], store.actions);
    said.splice(0, said.length, ...notices.all.map(({ text }) => text));
    return <Menu {...useMenu(store.getState(), store.actions, notices, TOGGLES)} />;
  }
  render(<Made />);
  fireEvent.click(screen.getByRole('button', { name: 'More' }));
  return { store, said };
}

const entry = (words: string) => screen.getByText(words).closest('button');
const agree = async (question: string, word: string) => {
  const asks = screen.getByText(question).parentElement as HTMLElement;
  await act(async () => fireEvent.click(within(asks).getByText(word)));
};

test('what there is none of says so, and does nothing', () => {
  menu({});
  for (const words of ['My Runs', 'All Runs']) {
    const none = entry(words);
    expect(none?.title).toBe('There is none that is open');
    expect(none?.getAttribute('aria-disabled')).toBe('true');
    fireEvent.click(screen.getByText(words));
    expect(screen.queryByText('Keep')).toBeNull();
  }
});

test('questions of one’s own that no agent has begun are taken back', async () => {
  const { store, said } = menu({ messages: [QUESTION] });
  expect(entry('My Runs, and my questions that wait')?.textContent).toMatch(/1$/);
  fireEvent.click(screen.getByText('My Runs, and my questions that wait'));
  await agree('Take back 1 question?', 'Take back');
  expect(store.calls).toEqual([['withdraw', 'q'], ['cancelMine']]);
  expect(said).toEqual([]);
});

test('Runs and questions go together, and how many Runs were asked is told', async () => {
  const { store, said } = menu({
    messages: [QUESTION],
    openRuns: [run('r1', { owner: SELF }), run('r2', { owner: SELF })],
  });
  fireEvent.click(screen.getByText('My Runs, and my questions that wait'));
  await agree('Stop 2 Runs, take back 1 question?', 'Stop');
  expect(store.calls).toEqual([['withdraw', 'q'], ['cancelMine']]);
  expect(said).toEqual(['Asked 1 Run to stop.']);
});

test('a token that may not stop anything says so', () => {
  const why = 'This token does not allow to say anything in this session.';
  menu({ openRuns: [run('r1')], permits: permits({ cancel: { allowed: false, why } }) });
  expect(entry('All Runs')?.title).toBe(why);
});
