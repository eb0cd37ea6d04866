import type { ReactElement } from 'react';
import { type Point, pointOf } from './viewport';
import type { Part } from './words-layer';

/** What follows what: two paths for all of it, as there may be thousands. */
export function Edges({ drawn, viewing }: Part): ReactElement {
  const lines = { path: '', others: '' };
  for (const place of drawn.layout.places.values()) {
    const parent = place.parent === undefined ? undefined : drawn.layout.places.get(place.parent);
    if (!parent) continue;
    const [from, to] = [pointOf(viewing.view, parent), pointOf(viewing.view, place)];
    lines[drawn.isOnPath(place.key) ? 'path' : 'others'] += lineOf(from, to);
  }
  return (
    <>
      <path className="ait-edges" d={lines.others} />
      <path className="ait-edges" data-path d={lines.path} />
    </>
  );
}

function lineOf(from: Point, to: Point): string {
  const middle = (from.y + to.y) / 2;
  const curve = [from.x, middle, to.x, middle, to.x, to.y].map((at) => at.toFixed(1)).join(' ');
  return `M${from.x.toFixed(1)} ${from.y.toFixed(1)}C${curve}`;
}
