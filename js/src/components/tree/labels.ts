import type { Size } from '../hooks';
import type { Layout, Place } from './layout';
import { pointOf, radiusIn, type View } from './viewport';

export interface Label {
  readonly key: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

const HEIGHT = 14;
const GAP = 6;
const LEAST = 48;
const MOST = 280;

/**
 * Which places have words beside them, and how wide these may be: first those that matter most, and no
 * word over another, nor over a place.
 */
export function labelsOf(
  places: readonly Place[],
  layout: Layout,
  view: View,
  size: Size,
  weigh: (key: string) => number,
): readonly Label[] {
  const radius = radiusIn(view, layout);
  const points = places.map((place) => ({ ...pointOf(view, place), key: place.key }));
  const sorted = [...points].sort((a, b) => a.y - b.y);
  const labels: Label[] = [];
  for (const { key, x, y } of points.sort((a, b) => weigh(b.key) - weigh(a.key))) {
    const begin = x + radius + GAP;
    const isTaken = labels.some(
      (label) => Math.abs(label.y - y) < HEIGHT && overlaps(label, begin),
    );
    if (isTaken) continue;
    const end = inBand(sorted, y).reduce(
      (least, other) => (other.x > x + radius ? Math.min(least, other.x - radius - GAP) : least),
      size.width - GAP,
    );
    const beside = labels
      .filter((label) => Math.abs(label.y - y) < HEIGHT && label.x > begin)
      .reduce((least, label) => Math.min(least, label.x - GAP), end);
    const width = Math.min(beside - begin, MOST);
    if (width >= LEAST) labels.push({ key, x: begin, y, width });
  }
  return labels;
}

function overlaps(label: Label, begin: number): boolean {
  return label.x <= begin && label.x + label.width > begin;
}

interface At {
  readonly x: number;
  readonly y: number;
}

/** Those whose height a word at `y` would cover, out of places that are sorted by it. */
function inBand<Point extends At>(sorted: readonly Point[], y: number): readonly Point[] {
  const from = firstBelow(sorted, y - HEIGHT / 2 - 1);
  const to = firstBelow(sorted, y + HEIGHT / 2 + 1);
  return sorted.slice(from, to);
}

function firstBelow(sorted: readonly At[], y: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.y ?? Infinity) < y) low = middle + 1;
    else high = middle;
  }
  return low;
}
