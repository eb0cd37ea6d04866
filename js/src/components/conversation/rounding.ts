/** Whole numbers that a browser cannot hold: it reads them rounded, and would send them so. */

export const ROUNDED_HINT =
  '≈ marks a whole number that is too large for a browser, and rounded here. The agent has it as it was written.';
export const WOULD_BE_ROUNDED =
  'A whole number above 9,007,199,254,740,991 would be sent rounded from a browser: send it from a cell';

export function isRounded(value: unknown): value is number {
  return Number.isInteger(value) && !Number.isSafeInteger(value);
}

/** Whether there is one, however deep. */
export function hasRounded(value: unknown): boolean {
  const open: unknown[] = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (isRounded(next)) return true;
    if (next !== null && typeof next === 'object') open.push(...Object.values(next));
  }
  return false;
}
