/** Small pieces that several components share. */

import { type RefObject, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { ConsoleState, ConsoleStore } from '../session/model';

export interface Size {
  readonly width: number;
  readonly height: number;
}

export function useConsole(store: ConsoleStore): ConsoleState {
  return useSyncExternalStore(
    (listener) => store.subscribe(listener),
    () => store.getState(),
  );
}

/** The size of an element's content box, as it was last seen; undefined before it has been measured. */
export function useSize(element: RefObject<Element | null>): Size | undefined {
  const [size, setSize] = useState<Size>();
  useEffect(() => {
    const target = element.current;
    if (!target) return;
    const observer = new ResizeObserver(([entry]) => {
      if (!entry) return;
      const { width, height } = entry.contentRect;
      // In a tab behind another one it is not small, but hidden.
      if (width === 0 && height === 0) return;
      setSize((before) =>
        before?.width === width && before.height === height ? before : { width, height },
      );
    });
    observer.observe(target);
    return () => observer.disconnect();
  }, [element]);
  return size;
}

/** The time, read again every so often while `isNeeded`. */
export function useNow(everyMs: number, isNeeded: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!isNeeded) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs, isNeeded]);
  return now;
}

/** The newest value, for callbacks that are made once. */
export function useLatest<Value>(value: Value): RefObject<Value> {
  const ref = useRef(value);
  useEffect(() => {
    ref.current = value;
  });
  return ref;
}

/** Calls back when a press or the focus goes to anywhere but the element. */
export function useLeaving(
  element: RefObject<HTMLElement | null>,
  isWatching: boolean,
  onLeave: () => void,
): void {
  const latest = useLatest(onLeave);
  useEffect(() => {
    if (!isWatching) return;
    const check = (event: Event): void => {
      const [target] = event.composedPath();
      if (target instanceof Node && !element.current?.contains(target)) latest.current();
    };
    document.addEventListener('pointerdown', check, true);
    document.addEventListener('focusin', check, true);
    return () => {
      document.removeEventListener('pointerdown', check, true);
      document.removeEventListener('focusin', check, true);
    };
  }, [element, isWatching, latest]);
}

/** The value, taken over at most once in a while, for what need not follow every token. */
export function useThrottled<Value>(value: Value, everyMs: number): Value {
  const [shown, setShown] = useState(value);
  const latest = useLatest(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    if (value === shown || timer.current !== undefined) return;
    timer.current = setTimeout(() => {
      timer.current = undefined;
      setShown(latest.current);
    }, everyMs);
  });
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );
  return shown;
}
