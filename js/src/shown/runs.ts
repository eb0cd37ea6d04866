/** Runs, as values that stay the same as long as what they show does. */

import { byPlace, type RunNode } from '../tree/nodes';
import { AI_OUTPUT } from '../wire/names';
import type { Record } from '../wire/record';
import { authorOf, NOBODY } from './authors';
import { kept, keptList } from './kept';
import type { RunFacts } from './ledger';
import type { Read } from './message';
import type { Author, ShownRun } from './model';
import { isSameStamp, type Stamp, stampOf, statusOf } from './stamps';
import { Tally } from './tally';
import { estimate } from './timing';
import { given } from './values';

/** An agent that is cancelled stops within so many ms, or is not going to. */
export const PATIENCE_MS = 3000;

/** What only who watches now knows. */
export interface Watched {
  /** The time by the server's clock. */
  readonly now: number;
  healthOf(runId: string): ShownRun['health'];
}

interface Known {
  readonly shown: ShownRun;
  readonly stamp: RunStamp;
  readonly tally: Tally;
}

/** Another one whenever something else than the time changes what is shown. */
interface RunStamp extends Stamp {
  readonly facts: number | undefined;
  readonly isAsked: boolean;
  readonly isOnPath: boolean;
}

/** Reads the Runs of a tree, and remembers what it has read. */
export class Runs {
  readonly #read: Read;
  readonly #known = new Map<string, Known>();
  #all: ReadonlyMap<string, ShownRun> = new Map();
  #open: readonly ShownRun[] = [];

  constructor(read: Read) {
    this.#read = read;
  }

  /** Every Run, by its id. */
  get all(): ReadonlyMap<string, ShownRun> {
    return this.#all;
  }

  /** Those that are active or suspended, oldest first. */
  get open(): readonly ShownRun[] {
    return this.#open;
  }

  /** Reads whatever may be other than before. */
  readAll(watched: Watched): void {
    const runs = this.#read.tree.nodes.filter((node) => node.isRun);
    const all = new Map(runs.map((run) => [run.key, this.#again(run, watched)]));
    const isSame = all.size === this.#all.size;
    if (!isSame || [...all].some(([id, run]) => this.#all.get(id) !== run)) this.#all = all;
    this.#open = keptList(this.#open, this.#openAmong(all.values()));
  }

  /** Reads these Runs, where the others stay as they were. */
  readSome(ids: Iterable<string>, watched: Watched): void {
    const changed: ShownRun[] = [];
    for (const id of ids) {
      const run = this.#read.tree.run(id);
      const shown = run && this.#again(run, watched);
      if (shown && shown !== this.#all.get(id)) changed.push(shown);
    }
    if (changed.length === 0) return;
    const all = new Map(this.#all);
    for (const run of changed) all.set(run.runId, run);
    this.#all = all;
    // There are many, and few of them change.
    const touched = new Set([...this.#open, ...changed].map(({ runId }) => runId));
    const open = this.#openAmong([...touched].flatMap((id) => all.get(id) ?? []));
    this.#open = keptList(this.#open, open);
  }

  #openAmong(runs: Iterable<ShownRun>): readonly ShownRun[] {
    const { branches, structure } = this.#read.tree;
    const open: { readonly run: ShownRun; readonly node: RunNode }[] = [];
    for (const run of runs) {
      const node = isOpen(run) ? structure.run(run.runId) : undefined;
      // Of one that a fork has answered for nothing will come.
      if (node && !branches.isHidden(node)) open.push({ run, node });
    }
    return open.sort((one, other) => byPlace(one.node, other.node)).map(({ run }) => run);
  }

  #again(run: RunNode, watched: Watched): ShownRun {
    const known = this.#known.get(run.key);
    const stamp = this.#stampOf(run);
    // What goes on changes with time alone.
    const isSame = known && !isOpen(known.shown) && isSameRunStamp(known.stamp, stamp);
    if (isSame) return known.shown;
    const tally = known?.tally ?? new Tally();
    const shown = kept(known?.shown, this.#show(run, tally, watched));
    this.#known.set(run.key, { shown, stamp, tally });
    return shown;
  }

  #stampOf(run: RunNode): RunStamp {
    const { ledger, view } = this.#read;
    const facts = ledger.run(run.key);
    return {
      ...stampOf(run),
      facts: facts?.version,
      isAsked: ledger.input(facts?.asked) !== undefined,
      isOnPath: view.placeOf(run.key) !== undefined,
    };
  }

  #show(node: RunNode, tally: Tally, watched: Watched): ShownRun {
    const { ledger, tree, view } = this.#read;
    const facts = ledger.run(node.key);
    const asked = ledger.input(facts?.asked);
    const { records } = node.content;
    tally.update(node.content, (record) => node.counts(record));
    const isActive = node.status === 'active';
    const startedAt = facts?.start?.at;
    const input =
      facts?.asked !== undefined && tree.nodeOf(facts.asked) ? facts.asked : node.parent;
    const told = {
      answerer: answererOf(records),
      error: node.error && { code: node.error.code, message: node.error.message },
      startedAt,
      firstOutputAt: tally.firstAt,
      firstOutputMs: firstOutputMs(facts, tally.everAt),
      endedAt: isGoingOn(node) ? undefined : facts?.end?.at,
      askedAt: asked?.at,
      rate: tally.rate,
      health: isActive ? watched.healthOf(node.key) : undefined,
      estimate:
        isActive && startedAt !== undefined
          ? estimate(ledger.past(), watched.now - startedAt)
          : undefined,
      cancel: cancelOf(facts, node, watched.now),
      inputMessageId: input,
    };
    return {
      runId: node.key,
      owner: asked?.author ?? ownerAsTold(node),
      status: statusOf(node),
      characters: tally.characters,
      steps: node.steps.infos().length,
      isOnPath: view.placeOf(node.key) !== undefined,
      ...given(told),
    };
  }
}

function isSameRunStamp(one: RunStamp, other: RunStamp): boolean {
  return (
    isSameStamp(one, other) &&
    one.facts === other.facts &&
    one.isAsked === other.isAsked &&
    one.isOnPath === other.isOnPath
  );
}

export function isOpen(run: Pick<ShownRun, 'status'>): boolean {
  return run.status === 'active' || run.status === 'suspended';
}

/** Whose a Run is: as verified, or else as its agent says. */
export function ownerIdOf(run: ShownRun): string {
  return run.owner.clientId || (run.owner.says ?? '');
}

function isGoingOn(node: RunNode): boolean {
  return isOpen({ status: statusOf(node) });
}

function ownerAsTold(node: RunNode): Author {
  return node.clientId ? { ...NOBODY, says: node.clientId } : NOBODY;
}

function answererOf(records: readonly Record[]): Author | undefined {
  const said = records.findLast((record) => record.name === AI_OUTPUT);
  return said && authorOf(said);
}

function firstOutputMs(facts: RunFacts | undefined, at: number | undefined): number | undefined {
  const began = facts?.start?.at;
  if (began === undefined || at === undefined) return undefined;
  const isAtOnce = facts?.pause?.at === undefined || at <= facts.pause.at;
  return isAtOnce ? Math.max(0, at - began) : undefined;
}

function cancelOf(facts: RunFacts | undefined, node: RunNode, now: number): ShownRun['cancel'] {
  const cancel = facts?.cancel;
  if (!cancel) return undefined;
  const by = cancel.author;
  if (facts.refusal && facts.refusal.serial > cancel.serial) return { by, outcome: 'refused' };
  const waited = cancel.at === undefined ? 0 : now - cancel.at;
  const isIgnored = isGoingOn(node) && waited >= PATIENCE_MS;
  return { by, outcome: isIgnored ? 'ignored' : 'asked' };
}
