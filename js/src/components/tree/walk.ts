import type { Layout } from './layout';

export type Step = 'parent' | 'child' | 'left' | 'right' | 'first' | 'tip';

/** Where a step from a place leads; the place itself where there is nothing that way. */
export function walk(
  layout: Layout,
  from: string,
  step: Step,
  isOnPath: (key: string) => boolean,
): string {
  const place = layout.places.get(from);
  if (!place) return layout.roots[0] ?? from;
  switch (step) {
    case 'parent':
      return place.parent ?? from;
    case 'child':
      return place.children.find(isOnPath) ?? place.children[0] ?? from;
    case 'first':
      return layout.roots.find(isOnPath) ?? layout.roots[0] ?? from;
    case 'tip':
      return tipOf(layout, isOnPath) ?? from;
    default: {
      const row = layout.rows[place.row] ?? [];
      return row[row.indexOf(from) + (step === 'left' ? -1 : 1)] ?? from;
    }
  }
}

/** The lowest place on the path. */
export function tipOf(layout: Layout, isOnPath: (key: string) => boolean): string | undefined {
  for (const row of [...layout.rows].reverse()) {
    const tip = row.find(isOnPath);
    if (tip !== undefined) return tip;
  }
  return undefined;
}
