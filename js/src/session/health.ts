/** Whether the agents of the active Runs are still at them. */

import type { ShownRun, Verdict } from '../shown/model';
import type { RunNode } from '../tree/nodes';
import type { Tree } from '../tree/tree';
import type { Inbound } from '../wire/inbound';
import { AI_OUTPUT, RUN_ID, RUN_LIFECYCLE, STEP_LIFECYCLE } from '../wire/names';
import type { Member } from './members';

/** Silence of so long is said to be a stall: models think, and tools take their time. */
const STALL_MS = 10_000;
/**
 * An agent whose connection changes is away for a moment. A server waits for 15 s before it says
 * that someone is gone whose connection broke, and both together stay below 20 s.
 */
const GRACE_MS = 3000;
/** A server that has just come back knows nobody yet, and its clients take their time to return. */
const RETURN_MS = 15_000;

/**
 * Judges a Run by how long it has been silent and its agent gone; undefined is one that never was
 * here.
 */
export function verdictOf(silentMs: number, lostMs: number | undefined): Verdict {
  if (lostMs !== undefined && Math.min(lostMs, silentMs) >= GRACE_MS) return 'crashed';
  return silentMs >= STALL_MS ? 'stalled' : 'working';
}

/** What health asks of its session. Times are of this machine's clock. */
export interface Watching {
  readonly tree: Tree;
  /** What is not heard by who is not connected says nothing of anyone else. */
  isLive(): boolean;
  members(): readonly Member[];
  /** How long ago the connection came back; undefined if it was never lost. */
  steadyMs(now: number): number | undefined;
  /** By how much the server's clock is ahead. */
  offsetMs(): number;
  /** Who has been here and gone, as far as the server tells. */
  seek(): Promise<readonly Member[]>;
}

/**
 * Watches the active Runs of a session.
 *
 * An agent of this package says in its presence which Runs it is at, so that its death shows. Any
 * other is known by its client id, if it is in presence at all: without, its Runs only stall.
 */
export class Health {
  readonly #watching: Watching;
  readonly #heardAt = new Map<string, number>();
  readonly #heldAt = new Map<string, number>();
  readonly #sought = new Set<string>();
  #runs: ReadonlyMap<string, NonNullable<ShownRun['health']>> = new Map();

  constructor(watching: Watching) {
    this.#watching = watching;
  }

  of(runId: string): ShownRun['health'] {
    return this.#runs.get(runId);
  }

  /** Notes that an agent lives: what people say into a Run is no sign of that. */
  note(message: Inbound, now: number): void {
    const runId = message.transport[RUN_ID];
    const { name } = message;
    const isSign = name === AI_OUTPUT || RUN_LIFECYCLE.has(name) || STEP_LIFECYCLE.has(name);
    if (runId && isSign) this.#heardAt.set(runId, now);
  }

  /** Looks at the active Runs; tells whether there are any. */
  look(now: number): boolean {
    const active = this.#watching.tree.nodes
      .filter((node) => node.isRun)
      .filter((run) => run.status === 'active');
    if (!this.#watching.isLive()) {
      // It was noticed only after a while: what seemed silent until then may not have been.
      this.#runs = new Map();
      return active.length > 0;
    }
    const members = this.#watching.members();
    const quiet = new Set(members.filter((each) => !each.tellsRuns).map((each) => each.clientId));
    for (const id of members.flatMap((each) => each.runs)) this.#heldAt.set(id, now);
    for (const run of active) {
      if (quiet.has(agentOf(run) ?? ' ')) this.#heldAt.set(run.key, now);
    }
    this.#runs = new Map(active.map((run) => [run.key, this.#judge(run, now)]));
    return active.length > 0;
  }

  #judge(run: RunNode, now: number): NonNullable<ShownRun['health']> {
    const steadyMs = this.#watching.steadyMs(now);
    const silentMs = Math.min(now - this.#lastHeard(run, now), steadyMs ?? Infinity);
    const heldAt = this.#heldAt.get(run.key);
    if (heldAt === undefined && silentMs >= GRACE_MS) void this.#seek(run.key, now);
    let lostMs = heldAt === undefined ? undefined : now - heldAt;
    if (lostMs !== undefined && steadyMs !== undefined) {
      lostMs = Math.min(lostMs, steadyMs - RETURN_MS);
    }
    // In whole seconds, so that it is another only as often as people count.
    const rounded = Math.floor(silentMs / 1000) * 1000;
    return { verdict: verdictOf(silentMs, lostMs), silentMs: rounded };
  }

  #lastHeard(run: RunNode, now: number): number {
    const known = this.#heardAt.get(run.key);
    if (known !== undefined) return known;
    // It is known from history only, where the clock is the server's.
    const stamps = run.content.records
      .filter((record) => record.name === AI_OUTPUT)
      .map((record) => record.versionTimestamp ?? record.timestamp)
      .filter((stamp) => stamp !== undefined);
    const newest = stamps.length > 0 ? Math.max(...stamps) - this.#watching.offsetMs() : now;
    const heardAt = Math.min(now, newest);
    this.#heardAt.set(run.key, heardAt);
    return heardAt;
  }

  /** Sees whether an agent that has been here and gone was at the Run. */
  async #seek(runId: string, now: number): Promise<void> {
    if (this.#sought.has(runId)) return;
    this.#sought.add(runId);
    try {
      const gone = await this.#watching.seek();
      const wasHere = gone.some((member) => member.runs.includes(runId));
      if (wasHere && !this.#heldAt.has(runId)) this.#heldAt.set(runId, now - GRACE_MS);
    } catch {
      // Without the history nothing is known of it, as of any agent that does not say.
      this.#sought.delete(runId);
    }
  }
}

/** Returns the client id of the agent that was heard last in a Run. */
function agentOf(run: RunNode): string | undefined {
  const said = run.content.records.findLast(
    (record) => record.name === AI_OUTPUT && record.clientId !== undefined,
  );
  return said?.clientId;
}
