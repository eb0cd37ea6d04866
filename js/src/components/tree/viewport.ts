import type { Size } from '../hooks';
import { within } from '../layout';
import { type Layout, type Place, RADIUS, ROW } from './layout';

/**
 * A place at (x, y) is drawn at (x * kx + left, y * ky + top). The two scales differ, as what is drawn at a
 * place keeps its size: a tree then fills a panel of any shape.
 */
export interface View {
  readonly kx: number;
  readonly ky: number;
  readonly left: number;
  readonly top: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

const PAD = 18;
/** What is kept free for words at the right of the last column. */
const WORDS = 120;
const SMALLEST = 0.04;
const LARGEST = 2.5;
/** The least distance in px of rows, and of columns, in a map. */
const LEAST_ROW = 4;
const LEAST_COLUMN = 5;
/** Up to so many columns a long tree is rather read than seen whole. */
const READ_COLUMNS = 5;
const READABLE = 0.7;

export function pointOf(view: View, place: Point): Point {
  return { x: place.x * view.kx + view.left, y: place.y * view.ky + view.top };
}

/** All of the tree in sight, never enlarged. */
export function fitted(layout: Layout, size: Size): View {
  const ky = scale(size.height - 2 * PAD, layout.height, 1);
  const roomy = scale(size.width - 2 * PAD - WORDS, layout.width, 1);
  const tight = scale(size.width - 2 * PAD, layout.width, 1);
  const kx = ky * ROW < LEAST_ROW * 2 ? tight : roomy;
  return placed(layout, size, kx, ky);
}

/** All of it where that can be read, or is a map worth looking at; else the tip and what is before it. */
export function initial(layout: Layout, size: Size, tip: Place | undefined): View {
  const whole = fitted(layout, size);
  const isLong = whole.ky < READABLE && layout.columns <= READ_COLUMNS;
  const ky = isLong ? READABLE * 1.2 : Math.max(whole.ky, LEAST_ROW / ROW);
  const kx = Math.max(whole.kx, LEAST_COLUMN / layout.column);
  if (ky === whole.ky && kx === whole.kx) return whole;
  const view = placed(layout, size, kx, ky);
  return tip ? shown(view, layout, size, tip) : view;
}

export function zoomed(view: View, by: number, x: number, y: number): View {
  const kx = within(view.kx * by, SMALLEST, LARGEST);
  const ky = within(view.ky * by, SMALLEST, LARGEST);
  return {
    kx,
    ky,
    left: x - ((x - view.left) * kx) / view.kx,
    top: y - ((y - view.top) * ky) / view.ky,
  };
}

/** Moves as far as there is something to see that way, and never to where there is nothing. */
export function panned(view: View, layout: Layout, size: Size, dx: number, dy: number): View {
  const moved = held({ ...view, left: view.left + dx, top: view.top + dy }, layout, size);
  const places = [...layout.places.values()];
  if (places.some((place) => isInSight(moved, size, place))) return moved;
  const nearest = nearestTo(moved, size, places);
  return nearest ? shown(moved, layout, size, nearest) : moved;
}

export function isInSight(view: View, size: Size, place: Place): boolean {
  const { x, y } = pointOf(view, place);
  return x > -PAD && x < size.width + PAD && y > -PAD && y < size.height + PAD;
}

/** How large a place is drawn: so that its neighbours have room. */
export function radiusIn(view: View, layout: Layout): number {
  const space = Math.min(layout.column * view.kx, ROW * view.ky);
  return within(space * 0.4, 1.6, RADIUS);
}

/** Moves as little as needed for the place to be in sight. */
export function shown(view: View, layout: Layout, size: Size, place: Place): View {
  const { x, y } = pointOf(view, place);
  const margin = Math.min(40, size.height / 4);
  const dx = within(x, PAD, size.width - Math.min(WORDS, size.width / 2)) - x;
  const dy = within(y, margin, size.height - margin) - y;
  return dx || dy
    ? held({ ...view, left: view.left + dx, top: view.top + dy }, layout, size)
    : view;
}

function held(view: View, layout: Layout, size: Size): View {
  const across = [size.width - PAD - WORDS - layout.width * view.kx, PAD] as const;
  const down = [size.height - PAD - layout.height * view.ky, PAD] as const;
  return {
    ...view,
    left: within(view.left, Math.min(...across), Math.max(...across)),
    top: within(view.top, Math.min(...down), Math.max(...down)),
  };
}

function nearestTo(view: View, size: Size, places: readonly Place[]): Place | undefined {
  const distance = (place: Place): number => {
    const { x, y } = pointOf(view, place);
    return Math.hypot(x - size.width / 2, y - size.height / 2);
  };
  return places.reduce<Place | undefined>(
    (best, place) => (best && distance(best) <= distance(place) ? best : place),
    undefined,
  );
}

function scale(room: number, needed: number, most: number): number {
  return within(room / Math.max(needed, 1), SMALLEST, most);
}

function placed(layout: Layout, size: Size, kx: number, ky: number): View {
  const free = size.width - layout.width * kx - WORDS;
  return { kx, ky, left: within(free / 2, PAD, PAD * 2), top: PAD };
}
