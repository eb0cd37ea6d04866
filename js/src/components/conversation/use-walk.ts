import {
  type KeyboardEvent,
  type RefObject,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import type { VirtualizerHandle } from 'virtua';
import { heirOf, heldIn, isLost } from './held-focus';
import type { Row } from './rows';
import type { Lead } from './use-lead';

export interface Walk {
  /** The row that has the focus, or had it last. */
  readonly current: string | undefined;
  setCurrent(key: string): void;
  /** Gives a row the focus, without a scroll. */
  hold(key: string): void;
  onKeyDown(event: KeyboardEvent<HTMLElement>): void;
}

interface Ground {
  readonly scroller: RefObject<HTMLElement | null>;
  readonly list: RefObject<VirtualizerHandle | null>;
  readonly rows: readonly Row[];
  readonly lead: Lead;
  readonly toEnd: () => void;
}

/** The row that is to have the focus, or a control in it. */
interface Wanted {
  readonly key: string;
  readonly control: string | undefined;
}

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 };

/** Walking from message to message by keyboard. */
export function useWalk({ scroller, list, rows, lead, toEnd }: Ground): Walk {
  const [current, setCurrent] = useState<string>();
  const wanted = useRef<Wanted>(undefined);
  const hold = useCallback(
    (key: string, control?: string) => {
      wanted.current = { key, control };
      setCurrent(key);
      if (takesFocus(elementOf(scroller.current, wanted.current))) wanted.current = undefined;
    },
    [scroller],
  );
  useHeir(scroller, rows, wanted, hold);
  // The row to go to has to be drawn, and then measured, before it takes the focus.
  useEffect(() => {
    const seek = () => {
      const to = wanted.current;
      if (to && takesFocus(elementOf(scroller.current, to))) wanted.current = undefined;
    };
    if (wanted.current === undefined) return;
    seek();
    const frame = requestAnimationFrame(seek);
    return () => cancelAnimationFrame(frame);
  });
  const go = (at: number) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, at))];
    if (!row) return;
    hold(row.key);
    if (at >= rows.length - 1) toEnd();
    else if (at > 0) lead.to({ key: row.key, align: 'nearest' });
    // With all that stands before it.
    else scroller.current?.scrollTo({ top: 0 });
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target as HTMLElement;
    const row = target.closest<HTMLElement>('[data-row]');
    if (target !== scroller.current && target !== row) {
      if (event.key === 'Escape' && row && !event.nativeEvent.isComposing)
        row.focus({ preventScroll: true });
      return;
    }
    if (!handle(event, row)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const handle = (event: KeyboardEvent, row: HTMLElement | null): boolean => {
    const at = rows.findIndex(({ key }) => key === (row ? row.dataset.row : undefined));
    const step = STEPS[event.key];
    if (step !== undefined) {
      if (row && event.key.startsWith('Arrow') && scrollWithin(scroller.current, row, step))
        return true;
      go(at >= 0 ? at + step : firstInSight(list.current));
    } else if (event.key === 'Home') go(0);
    else if (event.key === 'End') go(rows.length - 1);
    else if (event.key === 'Enter' && row) firstHarmless(row)?.focus();
    else return false;
    return true;
  };
  return {
    current,
    setCurrent: useCallback((key: string) => setCurrent(key), []),
    hold,
    onKeyDown,
  };
}

/** Gives the focus to what stands where it was, when what had it is gone and nothing else has it. */
function useHeir(
  scroller: RefObject<HTMLElement | null>,
  rows: readonly Row[],
  wanted: RefObject<Wanted | undefined>,
  hold: (key: string, control?: string) => void,
): void {
  const held = heldIn(scroller.current);
  const before = useRef(rows);
  useLayoutEffect(() => {
    const past = before.current;
    before.current = rows;
    if (!held || !isLost(held)) return;
    // It has gone from sight because somebody goes to another row.
    if (rows.some(({ key }) => key === wanted.current?.key)) return;
    const heir = held.key === undefined ? undefined : heirOf(held.key, past, rows);
    if (heir) hold(heir.key, held.control);
    else scroller.current?.focus({ preventScroll: true });
  });
}

function takesFocus(element: HTMLElement | null): boolean {
  element?.focus({ preventScroll: true });
  return element?.matches(':focus') ?? false;
}

function elementOf(scroller: HTMLElement | null, { key, control }: Wanted): HTMLElement | null {
  const row = scroller?.querySelector<HTMLElement>(`[data-row="${CSS.escape(key)}"]`) ?? null;
  if (!row || control === undefined) return row;
  return row.querySelector<HTMLElement>(`[data-control="${CSS.escape(control)}"]`) ?? row;
}

function firstInSight(list: VirtualizerHandle | null): number {
  return list ? list.findItemIndex(list.scrollOffset) : 0;
}

/** What is taller than the window is read to its end before the next comes. */
function scrollWithin(scroller: HTMLElement | null, row: HTMLElement, step: number): boolean {
  if (!scroller) return false;
  const window = scroller.getBoundingClientRect();
  const box = row.getBoundingClientRect();
  const rest = step > 0 ? box.bottom - window.bottom : window.top - box.top;
  if (rest <= 4) return false;
  scroller.scrollBy({ top: step * Math.min(rest + 8, window.height * 0.6) });
  return true;
}

/** Where one enters a message: whoever presses Enter once more than they meant must not have decided anything. */
export function firstHarmless(row: HTMLElement): HTMLElement | null {
  const controls = ':is(button, a[href], textarea, input):not(:disabled, [data-acts], .ait-ask *)';
  return (
    row.querySelector('.ait-ask')?.parentElement?.querySelector<HTMLElement>(controls) ??
    row.querySelector<HTMLElement>(`[data-tools] ${controls}`) ??
    row.querySelector<HTMLElement>(controls)
  );
}
