/** States and stores for the tests of components, made by hand where a session would make them. */

import type { ConsoleActions, ConsoleState, ConsoleStore, Permits } from '../../src/session/model';
import type { Author, GraphNode, ShownMessage, ShownRun } from '../../src/shown/model';

export const ANN: Author = { clientId: 'ann', role: 'customer', claims: { plan: 'gold' } };
export const OPERATOR: Author = { clientId: 'operator-1', role: 'operator' };
export const AGENT: Author = { clientId: 'agent-1', role: 'agent' };

const YES = { allowed: true } as const;

export const ALL_PERMITTED: Permits = {
  send: YES,
  edit: YES,
  regenerate: YES,
  steer: YES,
  cancel: YES,
  redirect: YES,
  resume: YES,
  answer: YES,
  presence: YES,
};

export function run(runId: string, more: Partial<ShownRun> = {}): ShownRun {
  return {
    runId,
    owner: ANN,
    answerer: AGENT,
    status: 'active',
    characters: 0,
    steps: 1,
    isOnPath: true,
    ...more,
  };
}

export function message(id: string, text: string, more: Partial<ShownMessage> = {}): ShownMessage {
  return {
    id,
    role: 'user',
    author: ANN,
    parts: [{ kind: 'text', text, isStreaming: false }],
    text,
    ...more,
  };
}

export function node(key: string, parent?: string, more: Partial<GraphNode> = {}): GraphNode {
  return {
    key,
    kind: 'input',
    label: `words of ${key}`,
    author: ANN,
    isOnPath: true,
    ...(parent !== undefined && { parent }),
    ...more,
  };
}

/** A conversation as people have it: long stretches, and now and then a fork somewhere before. */
export function bigGraph(count: number, forkEvery: number): GraphNode[] {
  const nodes: GraphNode[] = [];
  let seed = 42;
  const next = (below: number): number => {
    seed = (seed * 1664525 + 1013904223) >>> 0;
    return seed % below;
  };
  for (let at = 0; at < count; at += 1) {
    const forks = at > 0 && at % forkEvery === 0;
    const parent = at === 0 ? undefined : `n${forks ? next(at) : at - 1}`;
    nodes.push(node(`n${at}`, parent, { kind: at % 2 ? 'run' : 'input' }));
  }
  return nodes;
}

export function stateOf(more: Partial<ConsoleState> = {}): ConsoleState {
  return {
    session: 'conversations:42',
    codec: 'uimessage',
    self: OPERATOR,
    connection: { phase: 'live', since: 0, route: 'direct', address: 'localhost:8085' },
    history: {
      phase: 'ready',
      hasOlder: false,
      isLoadingOlder: false,
      isBeginningMissing: false,
      read: 3,
    },
    messages: [],
    runs: new Map(),
    openRuns: [],
    graph: [],
    members: [],
    notices: [],
    permits: ALL_PERMITTED,
    ...more,
  };
}

type Call = readonly [name: string, ...args: readonly unknown[]];

/** A store that a test drives: it notes what was asked of it, and shows what it is told to. */
export class TestStore implements ConsoleStore {
  readonly calls: Call[] = [];
  readonly actions: ConsoleActions;
  readonly #listeners = new Set<() => void>();
  #state: ConsoleState;

  constructor(state: ConsoleState, answers: Partial<ConsoleActions> = {}) {
    this.#state = state;
    const note =
      <Result>(name: string, result: Result) =>
      (...args: readonly unknown[]): Result => {
        this.calls.push([name, ...args]);
        return result;
      };
    const done = Promise.resolve();
    this.actions = {
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
      ...answers,
    };
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
