import { jsonText } from './json-text';

/** One place at which two values differ. */
export interface Change {
  /** As one would write it in code: `items[0].price`. */
  readonly path: string;
  /** Undefined where there is nothing. */
  readonly before?: { readonly value: unknown };
  readonly after?: { readonly value: unknown };
}

const MOST = 50;
const DEEPEST = 12;

/** Where two values differ, at most 50 places. */
export function changesBetween(before: unknown, after: unknown): readonly Change[] {
  const changes: Change[] = [];
  compare({ value: before }, { value: after }, '', 0, changes);
  return changes;
}

type Side = { readonly value: unknown } | undefined;

function compare(before: Side, after: Side, path: string, depth: number, to: Change[]): void {
  if (to.length >= MOST) return;
  const [one, other] = [before?.value, after?.value];
  if (isObject(one) && isObject(other) && areOfAKind(one, other) && depth < DEEPEST) {
    for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
      compare(entryOf(one, key), entryOf(other, key), join(path, key, one), depth + 1, to);
    }
  } else if (!before || !after || !isSame(one, other)) {
    to.push({ path, ...(before ? { before } : {}), ...(after ? { after } : {}) });
  }
}

function areOfAKind(one: object, other: object): boolean {
  return Array.isArray(one) === Array.isArray(other);
}

function isObject(value: unknown): value is object {
  return value !== null && typeof value === 'object';
}

function isSame(one: unknown, other: unknown): boolean {
  return one === other || (isObject(one) && jsonText(one) === jsonText(other));
}

function entryOf(value: object, key: string): Side {
  return Object.hasOwn(value, key) ? { value: (value as Record<string, unknown>)[key] } : undefined;
}

function join(path: string, key: string, holder: object): string {
  if (Array.isArray(holder)) return `${path}[${key}]`;
  return path ? `${path}.${key}` : key;
}
