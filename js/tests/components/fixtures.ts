/** What is on screen in the tests of components, made by hand where a session would make it. */

import type { ConsoleState, HistoryState, Permit, Permits } from '../../src/session/model';
import type {
  Author,
  GraphNode,
  ShownMessage,
  ShownPart,
  ShownRun,
  ToolPart,
} from '../../src/shown/model';

export const ANN: Author = { clientId: 'ann', role: 'customer', claims: { plan: 'gold' } };
export const AGENT: Author = { clientId: 'demo-agent', role: 'agent' };
export const OLIVIA: Author = { clientId: 'olivia', role: 'operator' };

export const T0 = Date.UTC(2026, 2, 3, 12, 0, 0);

const yes: Permit = { allowed: true };

export function permits(changes: Partial<Permits> = {}): Permits {
  return {
    send: yes,
    edit: yes,
    regenerate: yes,
    steer: yes,
    cancel: yes,
    redirect: yes,
    resume: yes,
    answer: yes,
    presence: yes,
    ...changes,
  };
}

export function history(changes: Partial<HistoryState> = {}): HistoryState {
  return {
    phase: 'ready',
    hasOlder: false,
    isLoadingOlder: false,
    isBeginningMissing: false,
    read: 10,
    ...changes,
  };
}

export function textPart(text: string, isStreaming = false): ShownPart {
  return { kind: 'text', text, isStreaming };
}

export function message(
  id: string,
  role: ShownMessage['role'],
  parts: string | readonly ShownPart[],
  changes: Partial<ShownMessage> = {},
): ShownMessage {
  const given = typeof parts === 'string' ? [textPart(parts)] : parts;
  return {
    id,
    role,
    author: role === 'user' ? ANN : AGENT,
    parts: given,
    text: given.flatMap((part) => (part.kind === 'text' ? [part.text] : [])).join('\n'),
    ...changes,
  };
}

export function tool(changes: Partial<ToolPart> = {}): ToolPart {
  return {
    kind: 'tool',
    callId: 'call-1',
    name: 'send_message',
    state: 'output-available',
    input: { to: 'team@example.com', subject: 'Hello', urgent: false },
    ...changes,
  };
}

/** A Run that goes on. */
export function run(runId: string, changes: Partial<ShownRun> = {}): ShownRun {
  return {
    runId,
    owner: ANN,
    answerer: AGENT,
    status: 'active',
    characters: 0,
    steps: 1,
    isOnPath: true,
    ...changes,
  };
}

/** A Run that is over, with all its figures. */
export function ended(runId: string, changes: Partial<ShownRun> = {}): ShownRun {
  return run(runId, {
    status: 'complete',
    askedAt: T0,
    startedAt: T0 + 200,
    firstOutputAt: T0 + 1000,
    firstOutputMs: 800,
    endedAt: T0 + 12_400,
    characters: 1480,
    rate: 132,
    ...changes,
  });
}

export function node(key: string, parent?: string, changes: Partial<GraphNode> = {}): GraphNode {
  return {
    key,
    kind: 'input',
    label: `words of ${key}`,
    author: ANN,
    isOnPath: true,
    ...(parent !== undefined && { parent }),
    ...changes,
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

export function stateOf(changes: Partial<ConsoleState> = {}): ConsoleState {
  return {
    session: 'conversations:42',
    codec: 'uimessage',
    self: OLIVIA,
    connection: { phase: 'live', since: 0, route: 'direct', address: 'localhost:8085' },
    history: history(),
    messages: [],
    runs: new Map(),
    openRuns: [],
    graph: [],
    members: [],
    notices: [],
    permits: permits(),
    ...changes,
  };
}

/** A state in which this was said, with the Runs that it is from. */
export function talk(
  messages: readonly ShownMessage[],
  runs: readonly ShownRun[] = [],
  changes: Partial<ConsoleState> = {},
): ConsoleState {
  return stateOf({
    messages,
    runs: new Map(runs.map((each) => [each.runId, each])),
    openRuns: runs.filter(({ status }) => status === 'active' || status === 'suspended'),
    ...changes,
  });
}
