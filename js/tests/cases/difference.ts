/** Returns where two values of JSON part, and what stands there; undefined where they are equal. */
export function firstDifference(got: unknown, expected: unknown, path = ''): string | undefined {
  const keys = keysOf(got, expected);
  if (!keys) {
    if (got === expected) return undefined;
    return `${path}: ${JSON.stringify(got)} is not ${JSON.stringify(expected)}`;
  }
  for (const key of keys) {
    const difference = firstDifference(at(got, key), at(expected, key), `${path}.${key}`);
    if (difference) return difference;
  }
  return undefined;
}

/** The keys of both; undefined where they cannot be compared by keys. */
function keysOf(one: unknown, other: unknown): Set<string> | undefined {
  if (typeof one !== 'object' || typeof other !== 'object' || !one || !other) return undefined;
  if (Array.isArray(one) !== Array.isArray(other)) return undefined;
  return new Set([...Object.keys(one), ...Object.keys(other)]);
}

function at(value: unknown, key: string): unknown {
  return Object.hasOwn(Object(value), key) ? Object(value)[key] : undefined;
}
