import { describe, expect, test } from 'vitest';
import { itemsOf } from '../../src/components/tree/chains';
import { labelsOf } from '../../src/components/tree/labels';
import { type Layout, layoutOf, RADIUS } from '../../src/components/tree/layout';
import { LayoutCache } from '../../src/components/tree/use-layout';
import {
  fitted,
  initial,
  isInSight,
  panned,
  pointOf,
  radiusIn,
  zoomed,
} from '../../src/components/tree/viewport';
import { tipOf, walk } from '../../src/components/tree/walk';
import type { GraphNode } from '../../src/shown/model';
import { bigGraph, node } from './fixtures';

const SIZE = { width: 300, height: 460 };
const NONE: ReadonlySet<string> = new Set();
/** Every node, however many there are. */
const every = (graph: readonly GraphNode[]) => itemsOf(graph, NONE, Infinity);

/** Two questions; the first was asked in two versions, and answered twice. */
const FORKED = [
  node('a'),
  node('b', 'a'),
  node('c', 'b'),
  node('b2', 'a', { isOnPath: false }),
  node('c2', 'b2', { isOnPath: false }),
];

function placeOf(layout: Layout, key: string) {
  const place = layout.places.get(key);
  if (!place) throw new Error(`no place for ${key}`);
  return place;
}

describe('the layout', () => {
  test.each([
    [500, 7],
    [500, 25],
    [2_000, 11],
  ])('has every one of %i nodes once, and none over another', (count, forkEvery) => {
    const graph = bigGraph(count, forkEvery);
    const layout = layoutOf(every(graph));
    expect([...layout.places.keys()].sort()).toEqual(graph.map(({ key }) => key).sort());
    const places = [...layout.places.values()].sort((a, b) => a.y - b.y);
    for (const [at, place] of places.entries()) {
      for (const other of places.slice(at + 1)) {
        if (other.y - place.y >= 2 * RADIUS) break;
        expect(Math.abs(other.x - place.x)).toBeGreaterThanOrEqual(2 * RADIUS);
      }
    }
  });

  test('puts children below their parent, and versions side by side', () => {
    const layout = layoutOf(every(FORKED));
    expect(placeOf(layout, 'b').y).toBeGreaterThan(placeOf(layout, 'a').y);
    expect(placeOf(layout, 'b').y).toBe(placeOf(layout, 'b2').y);
    expect(placeOf(layout, 'b').x).toBeLessThan(placeOf(layout, 'b2').x);
    const middle = (placeOf(layout, 'b').x + placeOf(layout, 'b2').x) / 2;
    expect(placeOf(layout, 'a').x).toBeCloseTo(middle);
  });

  test('draws a long stretch closer than a fork', () => {
    const layout = layoutOf(every(FORKED));
    const fork = placeOf(layout, 'b').y - placeOf(layout, 'a').y;
    const stretch = placeOf(layout, 'c').y - placeOf(layout, 'b').y;
    expect(stretch).toBeLessThan(fork);
  });

  test('has several roots on its first row, one whose parent is not known too', () => {
    const layout = layoutOf(every([node('a'), node('b'), node('c', 'never seen')]));
    expect(layout.roots).toEqual(['a', 'b', 'c']);
    expect(placeOf(layout, 'c').depth).toBe(0);
  });

  test('of nothing is empty', () => {
    expect(layoutOf([])).toMatchObject({ rows: [], roots: [], width: 0, height: 0 });
  });

  test('is kept while only words and colours change', () => {
    const cache = new LayoutCache();
    const before = cache.layoutOf(every(FORKED));
    const told = FORKED.map((one) => ({ ...one, label: 'other words', status: 'active' as const }));
    expect(cache.layoutOf(every(told))).toBe(before);
    expect(cache.layoutOf(every([...FORKED, node('d', 'c')]))).not.toBe(before);
  });
});

describe('what is in sight', () => {
  test.each([5, 50, 500])('fits all of %i nodes into the panel', (count) => {
    const layout = layoutOf(every(bigGraph(count, 9)));
    const view = fitted(layout, SIZE);
    for (const place of layout.places.values()) {
      const { x, y } = pointOf(view, place);
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x).toBeLessThanOrEqual(SIZE.width);
      expect(y).toBeGreaterThanOrEqual(0);
      expect(y).toBeLessThanOrEqual(SIZE.height);
    }
  });

  test('a long conversation begins with its tip, at a size that can be read', () => {
    const layout = layoutOf(every(bigGraph(100, 1_000)));
    const tip = placeOf(layout, 'n99');
    const view = initial(layout, SIZE, tip);
    expect(view.ky).toBeGreaterThan(0.6);
    expect(pointOf(view, tip).y).toBeLessThan(SIZE.height);
    expect(pointOf(view, tip).y).toBeGreaterThan(0);
  });

  test('zooming keeps the point under the pointer where it is', () => {
    const layout = layoutOf(every(FORKED));
    const view = fitted(layout, SIZE);
    const { x, y } = pointOf(view, placeOf(layout, 'c'));
    expect(pointOf(zoomed(view, 1.5, x, y), placeOf(layout, 'c'))).toEqual({
      x: expect.closeTo(x),
      y: expect.closeTo(y),
    });
  });

  test('moving ends where there is nothing more to see', () => {
    const layout = layoutOf(every(bigGraph(200, 1_000)));
    const view = { ...fitted(layout, SIZE), ky: 1 };
    const far = panned(view, layout, SIZE, 0, -100_000);
    expect(panned(far, layout, SIZE, 0, -10)).toEqual(far);
    expect(pointOf(far, placeOf(layout, 'n199')).y).toBeGreaterThan(0);
  });

  test('something is always in sight, however one zooms', () => {
    const layout = layoutOf(every(bigGraph(500, 9)));
    for (const [x, y] of [
      [5, 455],
      [295, 5],
      [150, 230],
      [295, 455],
    ] as const) {
      const view = panned(zoomed(fitted(layout, SIZE), 40, x, y), layout, SIZE, 0, 0);
      expect([...layout.places.values()].some((place) => isInSight(view, SIZE, place))).toBe(true);
    }
  });
});

describe('the words beside places', () => {
  test('lie over no others, nor over a place; the weightiest come first', () => {
    const layout = layoutOf(every(bigGraph(500, 9)));
    const view = fitted(layout, SIZE);
    const places = [...layout.places.values()];
    const last = labelsOf(places, layout, view, SIZE, () => 0).at(-1)?.key;
    const labels = labelsOf(places, layout, view, SIZE, (key) => (key === last ? 1 : 0));
    const radius = radiusIn(view, layout);
    expect(labels.length).toBeGreaterThan(5);
    expect(labels[0]?.key).toBe(last);
    for (const [at, label] of labels.entries()) {
      for (const other of labels.slice(at + 1)) {
        const isApart =
          Math.abs(other.y - label.y) >= 14 ||
          other.x >= label.x + label.width ||
          label.x >= other.x + other.width;
        expect(isApart).toBe(true);
      }
      for (const point of places.map((place) => pointOf(view, place))) {
        const isUnder =
          Math.abs(point.y - label.y) < 7 &&
          point.x - radius > label.x &&
          point.x - radius < label.x + label.width;
        expect(isUnder).toBe(false);
      }
    }
  });
});

describe('walking with the arrows', () => {
  const layout = layoutOf(every(FORKED));
  const isOnPath = (key: string) => FORKED.find((one) => one.key === key)?.isOnPath ?? false;

  test.each([
    ['c', 'parent', 'b'],
    ['a', 'parent', 'a'],
    ['a', 'child', 'b'],
    ['b', 'right', 'b2'],
    ['b2', 'left', 'b'],
    ['b2', 'right', 'b2'],
    ['c2', 'first', 'a'],
    ['b2', 'tip', 'c'],
  ] as const)('from %s, %s leads to %s', (from, step, to) => {
    expect(walk(layout, from, step, isOnPath)).toBe(to);
  });

  test('a step down stays on the selected path', () => {
    const chosen = (key: string) => ['a', 'b2', 'c2'].includes(key);
    expect(walk(layout, 'a', 'child', chosen)).toBe('b2');
    expect(tipOf(layout, chosen)).toBe('c2');
  });
});
