// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Search } from '../../src/components/search/search';
import type { ConsoleActions, HistoryState } from '../../src/session/model';
import { Failure } from '../../src/session/model';
import type { Found } from '../../src/shown/model';
import { AGENT, ANN, stateOf } from './fixtures';
import { TestStore } from './test-store';

afterEach(cleanup);

const FOUND: readonly Found[] = [
  {
    messageId: 'm3',
    nodeKey: 'n3',
    author: AGENT,
    isOnPath: true,
    excerpt: 'the refund is',
    begin: 4,
    end: 10,
  },
  {
    messageId: 'm1',
    nodeKey: 'n1',
    author: ANN,
    isOnPath: false,
    excerpt: 'refund me',
    begin: 0,
    end: 6,
  },
];

function search(answers: Partial<ConsoleActions> = {}, history: Partial<HistoryState> = {}) {
  const state = stateOf();
  const find = vi.fn((words: string) => (words === 'refund' ? FOUND : []));
  const store = new TestStore(state, { search: find, ...answers });
  const onPick = vi.fn();
  const onClose = vi.fn();
  render(
    <Search
      actions={store.actions}
      history={{ ...state.history, ...history }}
      onPick={onPick}
      onClose={onClose}
    />,
  );
  return { find, onPick, onClose };
}

const field = () => screen.getByRole('combobox');
const look = (words: string) => fireEvent.change(field(), { target: { value: words } });
const press = (key: string) => fireEvent.keyDown(field(), { key });

describe('search', () => {
  test('has the focus, and finds nothing for nothing', () => {
    const { find } = search();
    expect(document.activeElement).toBe(field());
    look('  ');
    expect(find).not.toHaveBeenCalled();
  });

  test('lists what it finds, marks the words, and says what lies on another branch', () => {
    search();
    look('refund');
    expect(screen.getByText('2 matches')).toBeTruthy();
    const [first, second] = screen.getAllByRole('option');
    expect(first?.querySelector('mark')?.textContent).toBe('refund');
    expect(first?.textContent).not.toContain('another branch');
    expect(second?.textContent).toContain('on another branch');
  });

  test('is walked with the arrows, and Enter picks', () => {
    const { onPick } = search();
    look('refund');
    press('ArrowDown');
    press('ArrowDown');
    expect(screen.getByRole('option', { selected: true }).textContent).toContain('refund me');
    expect(field().getAttribute('aria-activedescendant')).toBe(
      screen.getByRole('option', { selected: true }).id,
    );
    press('Enter');
    expect(onPick).toHaveBeenCalledWith(FOUND[1]);
    press('ArrowUp');
    press('Enter');
    expect(onPick).toHaveBeenLastCalledWith(FOUND[0]);
  });

  test('says what it shows, until other words are looked for', () => {
    search();
    look('refund');
    press('Enter');
    const said = () =>
      screen
        .getAllByRole('status')
        .map(({ textContent }) => textContent)
        .join();
    expect(said()).toContain('Shown: demo-agent: the refund is. Escape goes to the message.');
    look('refunds');
    expect(said()).not.toContain('Shown');
  });

  test('a click picks, Escape closes', () => {
    const { onPick, onClose } = search();
    look('refund');
    fireEvent.click(screen.getByText('on another branch'));
    expect(onPick).toHaveBeenCalledWith(FOUND[1]);
    press('Escape');
    expect(onClose).toHaveBeenCalled();
  });
});

describe('loading all that is older', () => {
  test('is offered only where there is more', () => {
    search({}, { hasOlder: false });
    expect(screen.queryByText('Load all older messages')).toBeNull();
  });

  test('can be stopped', async () => {
    let signal: AbortSignal | undefined;
    const loadAll = (given: AbortSignal): Promise<void> => {
      signal = given;
      return new Promise((done) => given.addEventListener('abort', () => done()));
    };
    search({ loadAll }, { hasOlder: true, read: 1_234 });
    fireEvent.click(screen.getByText('Load all older messages'));
    expect(screen.getByText(/1,234 messages/)).toBeTruthy();
    await act(async () => fireEvent.click(screen.getByText('Stop')));
    expect(signal?.aborted).toBe(true);
    expect(screen.getByText('Load all older messages')).toBeTruthy();
  });

  test('ends when the search is closed', () => {
    let signal: AbortSignal | undefined;
    const loadAll = (given: AbortSignal): Promise<void> => {
      signal = given;
      return new Promise(() => {});
    };
    search({ loadAll }, { hasOlder: true });
    fireEvent.click(screen.getByText('Load all older messages'));
    expect(signal?.aborted).toBe(false);
    cleanup();
    expect(signal?.aborted).toBe(true);
  });

  test('says so where it failed', async () => {
    const failure = new Failure('The connection was lost.', { hint: 'Try again.' });
    search({ loadAll: () => Promise.reject(failure) }, { hasOlder: true });
    await act(async () => fireEvent.click(screen.getByText('Load all older messages')));
    expect(screen.getByText(/The connection was lost. Try again./)).toBeTruthy();
  });
});
