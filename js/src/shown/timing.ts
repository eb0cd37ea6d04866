/** How long a Run may still take. */

/** Of fewer Runs nothing is guessed. */
const FEWEST = 3;

export interface Estimate {
  readonly ms: number;
  readonly fromRuns: number;
}

/**
 * Guesses the time still to go from that which past Runs took.
 *
 * Half of the Runs that took longer than this one has so far were over by then. One that has taken
 * longer than all others could take any time, and nothing is said.
 */
export function estimate(past: readonly number[], elapsed: number): Estimate | undefined {
  const longer = past.filter((each) => each > elapsed).sort((one, other) => one - other);
  if (past.length < FEWEST || longer.length === 0) return undefined;
  return { ms: Math.round(median(longer) - elapsed), fromRuns: past.length };
}

function median(sorted: readonly number[]): number {
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
