import { type PointerEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { type Size, useLatest, useSize } from '../hooks';
import { within } from '../layout';
import type { Layout, Place } from './layout';
import { fitted, initial, type Point, panned, shown, type View, zoomed } from './viewport';

const WHEEL_LINE = 16;
/** Fingers on a pad send many small turns, a wheel few large ones. */
const PINCH = 0.01;
const MOST_ZOOM = 0.22;
const DRAG = 4;

export interface Viewing {
  readonly view: View;
  readonly size: Size;
  /** Nobody has moved it, so it follows the tip. */
  readonly isFollowing: boolean;
  follow(): void;
  fit(): void;
  zoom(by: number): void;
  pan(dx: number, dy: number): void;
  bring(place: Place | undefined): void;
  readonly drag: {
    onPointerDown(event: PointerEvent): void;
    onPointerMove(event: PointerEvent): void;
    onPointerUp(event: PointerEvent): void;
  };
  /** Whether the press that is just ending has moved the tree, and so is no click. */
  wasDragged(): boolean;
}

/** What part of the tree is to be seen, and everything that moves it. */
export function useView(
  canvas: RefObject<HTMLElement | null>,
  layout: Layout,
  tip: Place | undefined,
): Viewing | undefined {
  const size = useSize(canvas);
  const [moved, setMoved] = useState<View>();
  const view = size && (moved ? panned(moved, layout, size, 0, 0) : initial(layout, size, tip));
  const now = useLatest({ view, size, layout });
  const drag = useDrag((dx, dy) => {
    if (view && size) setMoved(panned(view, layout, size, dx, dy));
  });
  useWheel(canvas, (event) => {
    const { view, size, layout } = now.current;
    const at = pointerIn(canvas.current, event);
    const next = view && size && wheeled(view, layout, size, event, at);
    if (next) setMoved(next);
    return next !== undefined;
  });
  if (!view || !size) return undefined;
  return {
    view,
    size,
    isFollowing: moved === undefined,
    follow: () => setMoved(undefined),
    fit: () => setMoved(fitted(layout, size)),
    zoom: (by) =>
      setMoved(panned(zoomed(view, by, size.width / 2, size.height / 2), layout, size, 0, 0)),
    pan: (dx, dy) => setMoved(panned(view, layout, size, dx, dy)),
    bring: (place) => {
      const next = place && shown(view, layout, size, place);
      if (next && next !== view) setMoved(next);
    },
    ...drag,
  };
}

/** Undefined where the wheel turns and there is nothing more that way: the page may have it. */
function wheeled(
  view: View,
  layout: Layout,
  size: Size,
  event: WheelEvent,
  at: Point,
): View | undefined {
  if (event.ctrlKey || event.metaKey) {
    const pixels = event.deltaY * (event.deltaMode === 1 ? WHEEL_LINE : 1);
    const by = Math.exp(within(-pixels * PINCH, -MOST_ZOOM, MOST_ZOOM));
    return panned(zoomed(view, by, at.x, at.y), layout, size, 0, 0);
  }
  const unit = event.deltaMode === 1 ? WHEEL_LINE : 1;
  const across = event.shiftKey && event.deltaX === 0;
  const dx = across ? event.deltaY : event.deltaX;
  const dy = across ? 0 : event.deltaY;
  const next = panned(view, layout, size, -dx * unit, -dy * unit);
  return next.left === view.left && next.top === view.top ? undefined : next;
}

/** Where the pointer is in the canvas, whatever in it is under the pointer. */
function pointerIn(canvas: HTMLElement | null, event: WheelEvent): Point {
  const box = canvas?.getBoundingClientRect();
  return { x: event.clientX - (box?.left ?? 0), y: event.clientY - (box?.top ?? 0) };
}

/** React's own wheel listener cannot keep the page from scrolling. */
function useWheel(
  canvas: RefObject<HTMLElement | null>,
  take: (event: WheelEvent) => boolean,
): void {
  const latest = useLatest(take);
  useEffect(() => {
    const element = canvas.current;
    const onWheel = (event: WheelEvent): void => {
      if (latest.current(event)) event.preventDefault();
    };
    element?.addEventListener('wheel', onWheel, { passive: false });
    return () => element?.removeEventListener('wheel', onWheel);
  }, [canvas, latest]);
}

function useDrag(move: (dx: number, dy: number) => void): Pick<Viewing, 'drag' | 'wasDragged'> {
  const press = useRef<{ x: number; y: number; isDrag: boolean } | undefined>(undefined);
  const wasDrag = useRef(false);
  return {
    wasDragged: () => wasDrag.current,
    drag: {
      onPointerDown: (event) => {
        wasDrag.current = false;
        if (event.button === 0)
          press.current = { x: event.clientX, y: event.clientY, isDrag: false };
      },
      onPointerMove: (event) => {
        const begun = press.current;
        if (!begun) return;
        const dx = event.clientX - begun.x;
        const dy = event.clientY - begun.y;
        if (!begun.isDrag && Math.hypot(dx, dy) < DRAG) return;
        if (!begun.isDrag) event.currentTarget.setPointerCapture(event.pointerId);
        press.current = { x: event.clientX, y: event.clientY, isDrag: true };
        wasDrag.current = true;
        move(dx, dy);
      },
      onPointerUp: () => {
        press.current = undefined;
      },
    },
  };
}
