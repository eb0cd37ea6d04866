import type { ShownMessage, ShownRun } from '../../shown/model';
import { type Row, rowsOf } from './rows';

/** What rows are made from. */
export interface Shown {
  readonly messages: readonly ShownMessage[];
  readonly runs: ReadonlyMap<string, ShownRun>;
  readonly openRuns: readonly ShownRun[];
}

/** The rows of what is shown: while it only grows, those that it does not change stay the same. */
export class GrownRows {
  #shown: Shown | undefined;
  #rows: readonly Row[] = [];

  of(shown: Shown): readonly Row[] {
    const grown = this.#shown && grownIn(this.#shown, shown);
    this.#rows = grown
      ? renewed(this.#rows, grown)
      : rowsOf(shown.messages, shown.runs, shown.openRuns);
    this.#shown = shown;
    return this.#rows;
  }
}

type Grown = ReadonlyMap<ShownMessage | ShownRun, ShownMessage | ShownRun>;

/** What stands for what it was before; undefined where anything may have another place. */
function grownIn(before: Shown, { messages, runs, openRuns }: Shown): Grown | undefined {
  if (before.messages.length !== messages.length || before.runs.size !== runs.size)
    return undefined;
  if (before.openRuns.length !== openRuns.length) return undefined;
  if (!openRuns.every(({ runId }, at) => before.openRuns[at]?.runId === runId)) return undefined;
  const grown = new Map<ShownMessage | ShownRun, ShownMessage | ShownRun>();
  // There are thousands, and this is asked for each frame: loops, and nothing made anew.
  for (const [id, run] of runs) {
    const known = before.runs.get(id);
    if (known === run) continue;
    if (!known || !isSameRun(known, run)) return undefined;
    grown.set(known, run);
  }
  for (let at = 0; at < messages.length; at++) {
    const [known, message] = [before.messages[at], messages[at]];
    if (known === message || !known || !message) continue;
    if (!isSameMessage(known, message)) return undefined;
    // What a Run waits for is in its messages.
    if (runs.get(message.runId ?? '')?.status === 'suspended') return undefined;
    grown.set(known, message);
  }
  return grown;
}

function isSameRun(one: ShownRun, other: ShownRun): boolean {
  return (
    one.status === other.status &&
    one.health?.verdict === other.health?.verdict &&
    one.isOnPath === other.isOnPath &&
    one.inputMessageId === other.inputMessageId
  );
}

function isSameMessage(one: ShownMessage, other: ShownMessage): boolean {
  const { parts: _, text: __, ...rest } = { ...one, ...other };
  return (Object.keys(rest) as (keyof typeof rest)[]).every((name) => one[name] === other[name]);
}

function renewed(rows: readonly Row[], grown: Grown): readonly Row[] {
  const next = [...rows];
  for (const [known, now] of grown) {
    // What grows is as a rule the newest.
    const at = rows.findLastIndex((row) => (row.kind === 'run' ? row.run : row.message) === known);
    const row = rows[at];
    if (row) next[at] = { ...row, [row.kind]: now } as Row;
  }
  return next;
}
