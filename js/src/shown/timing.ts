/** How long a Run may still take. */

/** Of fewer Runs nothing is guessed. */
const FEWEST = 3;

export interface Estimate {
  readonly ms: number;
  readonly fromRuns: number;
}

/**
 * Guesses the time still to go from that which past Runs took, the shortest first.
 *
 * Half of the Runs that took longer than this one has so far were over by then. One that has taken
 * longer than all others could take any time, and nothing is said.
 */
export function estimate(past: readonly number[], elapsed: number): Estimate | undefined {
  const begin = past.findIndex((each) => each > elapsed);
  if (past.length < FEWEST || begin < 0) return undefined;
  return { ms: Math.round(median(past, begin) - elapsed), fromRuns: past.length };
}

/** The median of those from a place on. */
function median(sorted: readonly number[], begin: number): number {
  const count = sorted.length - begin;
  const middle = begin + (count >> 1);
  const upper = sorted[middle] ?? 0;
  return count % 2 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
