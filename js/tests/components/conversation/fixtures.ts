import type {
  ConsoleActions,
  ConsoleState,
  HistoryState,
  Permit,
  Permits,
} from '../../../src/session/model';
import type { Author, ShownMessage, ShownPart, ShownRun, ToolPart } from '../../../src/shown/model';

export const ANN: Author = { clientId: 'ann', role: 'user', claims: { plan: 'pro' } };
export const BOT: Author = { clientId: 'demo-agent', role: 'agent' };
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
    author: role === 'user' ? ANN : BOT,
    parts: given,
    text: given.flatMap((part) => (part.kind === 'text' ? [part.text] : [])).join('\n'),
    at: T0,
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

export function run(runId: string, changes: Partial<ShownRun> = {}): ShownRun {
  return {
    runId,
    owner: ANN,
    answerer: BOT,
    status: 'complete',
    askedAt: T0,
    startedAt: T0 + 200,
    firstOutputAt: T0 + 800,
    endedAt: T0 + 12_400,
    characters: 1480,
    rate: 132,
    steps: 1,
    isOnPath: true,
    ...changes,
  };
}

export function state(
  messages: readonly ShownMessage[],
  runs: readonly ShownRun[] = [],
  changes: Partial<ConsoleState> = {},
): ConsoleState {
  return {
    session: 'demo:1',
    codec: 'uimessage',
    self: OLIVIA,
    connection: { phase: 'live', since: T0 },
    history: history(),
    messages,
    runs: new Map(runs.map((each) => [each.runId, each])),
    openRuns: runs.filter(({ status }) => status === 'active' || status === 'suspended'),
    graph: [],
    members: [],
    notices: [],
    permits: permits(),
    ...changes,
  };
}

/** Actions that note what they were asked for; those given replace theirs. */
export function actions(given: Partial<ConsoleActions> = {}) {
  const asked: unknown[][] = [];
  const note =
    <T>(name: string, answer: T) =>
    (...values: unknown[]): T => {
      asked.push([name, ...values]);
      return answer;
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
    cancelAll: note('cancelAll', Promise.resolve(1)),
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
