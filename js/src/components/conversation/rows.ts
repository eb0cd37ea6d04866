import type { ShownMessage, ShownRun } from '../../shown/model';
import { runInSight } from '../composer/modes';

export interface MessageRow {
  readonly kind: 'message';
  readonly key: string;
  readonly message: ShownMessage;
  /** Its author has said the message before it, too. */
  readonly goesOn: boolean;
  /** Nothing more comes from its Run. */
  readonly isOver: boolean;
  /** No answer has followed it yet, to it or to what was said after it. */
  readonly isUnanswered: boolean;
}

export interface RunRow {
  readonly kind: 'run';
  readonly key: string;
  readonly run: ShownRun;
  /** What a suspended Run waits for. */
  readonly waitsFor: string | undefined;
  /** The composer speaks to it, and has what one may do about it. */
  readonly isSpokenTo: boolean;
}

export type Row = MessageRow | RunRow;

/**
 * The messages, oldest first, and under the last one of each Run what there is to say of the Run. A
 * Run that has said nothing yet stands under what it answers.
 */
export function rowsOf(
  messages: readonly ShownMessage[],
  runs: ReadonlyMap<string, ShownRun>,
  openRuns: readonly ShownRun[],
): readonly Row[] {
  const under = placesOf(messages, runs, openRuns);
  const spokenTo = runInSight(openRuns);
  const rows: Row[] = [];
  const putRuns = (at: number) => {
    for (const run of under.get(at) ?? []) rows.push(runRow(run, messages, run === spokenTo));
  };
  const answered = messages.findLastIndex(({ role }) => role === 'assistant');
  let before: ShownMessage | undefined;
  for (const [at, message] of messages.entries()) {
    const run = message.runId === undefined ? undefined : runs.get(message.runId);
    rows.push({
      kind: 'message',
      key: message.id,
      message,
      goesOn: rows.at(-1)?.kind === 'message' && goesOn(before, message),
      isOver: run !== undefined && (!isOpen(run) || run.health?.verdict === 'crashed'),
      isUnanswered: at > answered,
    });
    putRuns(at);
    before = message;
  }
  putRuns(-1);
  return rows;
}

function runRow(run: ShownRun, messages: readonly ShownMessage[], isSpokenTo: boolean): RunRow {
  const waitsFor = run.status === 'suspended' ? waitingFor(messages, run.runId) : undefined;
  return { kind: 'run', key: `run ${run.runId}`, run, waitsFor, isSpokenTo };
}

/** By the place of a message the Runs that stand under it; -1 is the end. */
function placesOf(
  messages: readonly ShownMessage[],
  runs: ReadonlyMap<string, ShownRun>,
  openRuns: readonly ShownRun[],
): Map<number, ShownRun[]> {
  const last = new Map<string, number>();
  for (const [at, { runId }] of messages.entries()) if (runId !== undefined) last.set(runId, at);
  const under = new Map<number, ShownRun[]>();
  const put = (run: ShownRun, at: number) => {
    const there = under.get(at);
    if (there) there.push(run);
    else under.set(at, [run]);
  };
  for (const [runId, at] of last) {
    const run = runs.get(runId);
    if (run) put(run, at);
  }
  const silent = silentRuns(runs, openRuns, last);
  if (silent.length > 0) {
    const places = new Map(messages.map(({ id }, at) => [id, at]));
    for (const run of silent) {
      const at = places.get(run.inputMessageId ?? '');
      if (at !== undefined || isOpen(run)) put(run, at ?? -1);
    }
  }
  return under;
}

function silentRuns(
  runs: ReadonlyMap<string, ShownRun>,
  openRuns: readonly ShownRun[],
  speaking: ReadonlyMap<string, number>,
): ShownRun[] {
  const silent: ShownRun[] = [];
  // Of those that are over, one that came to nothing still has to say so.
  for (const run of runs.values()) {
    const isTold = run.isOnPath && !isOpen(run) && run.status !== 'complete';
    if (isTold && !speaking.has(run.runId)) silent.push(run);
  }
  return [...silent, ...openRuns.filter((run) => run.isOnPath && !speaking.has(run.runId))];
}

function isOpen(run: ShownRun): boolean {
  return run.status === 'active' || run.status === 'suspended';
}

function goesOn(before: ShownMessage | undefined, message: ShownMessage): boolean {
  const hasMarks = message.steer ?? message.moderated ?? message.branch;
  return (
    before !== undefined &&
    hasMarks === undefined &&
    before.runId === message.runId &&
    before.role === message.role &&
    before.author.clientId === message.author.clientId &&
    before.author.says === message.author.says
  );
}

/** What brings a Run on: a person's word on its calls, or its agent once they have it. */
function waitingFor(messages: readonly ShownMessage[], runId: string): string | undefined {
  const all = messages
    .filter((message) => message.runId === runId)
    .flatMap((message) => message.parts)
    .filter((part) => part.kind === 'tool');
  const calls = all.filter(({ awaits }) => awaits);
  const [call] = calls;
  if (!call) return all.at(-1)?.answers ? 'its agent to go on' : undefined;
  if (calls.length > 1) return `${calls.length} decisions or answers`;
  return call.awaits === 'approval' ? `approval of ${call.name}` : `an answer to ${call.name}`;
}
