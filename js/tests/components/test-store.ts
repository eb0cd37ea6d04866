import type { ConsoleActions, ConsoleState, ConsoleStore } from '../../src/session/model';

export type Call = readonly [name: string, ...args: readonly unknown[]];

/** Actions that note what they were asked for; those given replace theirs. */
export function actions(given: Partial<ConsoleActions> = {}) {
  const asked: Call[] = [];
  const note =
    <Result>(name: string, result: Result) =>
    (...args: readonly unknown[]): Result => {
      asked.push([name, ...args]);
      return result;
    };
  const done = Promise.resolve();
  const all: ConsoleActions = {
    send: note('send', done),
    edit: note('edit', done),
    regenerate: note('regenerate', done),
    withdraw: note('withdraw', done),
    steer: note('steer', done),
    cancel: note('cancel', done),
    cancelMine: note('cancelMine', Promise.resolve(1)),
    cancelOf: note('cancelOf', Promise.resolve(1)),
    cancelAll: note('cancelAll', Promise.resolve(2)),
    redirect: note('redirect', done),
    resume: note('resume', done),
    answerCall: note('answerCall', done),
    failCall: note('failCall', done),
    approve: note('approve', done),
    deny: note('deny', done),
    select: note('select', undefined),
    reveal: note('reveal', undefined),
    loadOlder: note('loadOlder', done),
    loadAll: note('loadAll', done),
    search: note('search', []),
    typing: note('typing', undefined),
    focus: note('focus', undefined),
    reconnect: note('reconnect', undefined),
    dismiss: note('dismiss', undefined),
    ...given,
  };
  return { actions: all, asked };
}

/** A store that a test drives: it notes what was asked of it, and shows what it is told to. */
export class TestStore implements ConsoleStore {
  readonly actions: ConsoleActions;
  readonly calls: readonly Call[];
  readonly #listeners = new Set<() => void>();
  #state: ConsoleState;

  constructor(state: ConsoleState, given: Partial<ConsoleActions> = {}) {
    this.#state = state;
    const { actions: all, asked } = actions(given);
    this.actions = all;
    this.calls = asked;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  getState(): ConsoleState {
    return this.#state;
  }

  show(more: Partial<ConsoleState>): void {
    this.#state = { ...this.#state, ...more };
    for (const listener of [...this.#listeners]) listener();
  }

  close(): void {
    this.#listeners.clear();
  }
}
