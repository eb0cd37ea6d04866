import type { ShownRun } from '../../shown/model';

const LINES = 2;
/** The words of most Runs have room in it, in px. */
const CHIP = 248;
const GAP = 6;

/** How many stand beside each other. */
export function columnsIn(width: number): number {
  return Math.max(1, Math.floor((width + GAP) / (CHIP + GAP)));
}

/** How many have a place before one asks for the rest. */
export function placesIn(columns: number): number {
  return columns * LINES;
}

/** Those that get no further without a person first, then in the order in which they began. */
export function urgentFirst(openRuns: readonly ShownRun[]): readonly ShownRun[] {
  return [...openRuns.filter(isStuck), ...openRuns.filter((run) => !isStuck(run))];
}

function isStuck(run: ShownRun): boolean {
  return run.status === 'suspended' || run.health?.verdict === 'crashed';
}
