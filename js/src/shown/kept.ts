/** Values from one state to the next: what did not change stays the same object. */

/** What is nested deeper than this is not compared, and counts as changed. */
const DEEPEST = 40;

/** Returns `after` with all of it that equals `before` taken from there. */
export function kept<Value>(before: unknown, after: Value): Value {
  return share(before, after, DEEPEST) as Value;
}

/** Returns `before` where `after` has the very same members. */
export function keptList<Value>(
  before: readonly Value[],
  after: readonly Value[],
): readonly Value[] {
  const isSame = before.length === after.length && after.every((value, at) => value === before[at]);
  return isSame ? before : after;
}

function share(before: unknown, after: unknown, depth: number): unknown {
  if (Object.is(before, after)) return before;
  if (depth === 0 || !isPlain(before) || !isPlain(after)) return after;
  if (Array.isArray(before) !== Array.isArray(after)) return after;
  return Array.isArray(after)
    ? shareList(before as unknown as readonly unknown[], after, depth - 1)
    : shareObject(before, after, depth - 1);
}

function shareList(
  before: readonly unknown[],
  after: readonly unknown[],
  depth: number,
): readonly unknown[] {
  const shared = after.map((value, at) => share(before[at], value, depth));
  const isSame =
    before.length === after.length && shared.every((value, at) => value === before[at]);
  return isSame ? before : shared;
}

type Plain = Readonly<Record<string, unknown>>;

function shareObject(before: Plain, after: Plain, depth: number): Plain {
  const keys = Object.keys(after);
  const shared: Record<string, unknown> = {};
  let isSame = Object.keys(before).length === keys.length;
  for (const key of keys) {
    const value = share(before[key], after[key], depth);
    // A message may have a property of this name, and no prototype of its own.
    if (key === '__proto__') return after;
    shared[key] = value;
    isSame &&= Object.hasOwn(before, key) && Object.is(value, before[key]);
  }
  return isSame ? before : shared;
}

function isPlain(value: unknown): value is Plain {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}
