import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { VirtualizerHandle } from 'virtua';
import type { Row } from './rows';
import { isHidden } from './use-follow';

/** The height of what stands before the first row, as the stylesheet has it. */
export const BEGINNING = 56;
/** What is above a row is measured only once it is drawn: for so many frames the row must have stayed. */
const STEADY = 10;

/** Where a row is to be: at the top, with so many px of it above, or anywhere in sight. */
export interface Aim {
  readonly key: string;
  readonly align: 'start' | 'nearest';
  readonly offset?: number;
}

/** Leads to a row, whatever grows meanwhile, until it is there or somebody goes elsewhere. */
export interface Lead {
  to(aim: Aim): void;
  letGo(): void;
}

interface Ground {
  readonly rows: readonly Row[];
  readonly scroller: RefObject<HTMLElement | null>;
  readonly list: RefObject<VirtualizerHandle | null>;
}

/** The virtualizer's own way to a row holds on to it for as long as anything grows, whoever scrolls. */
export function useLead(ground: Ground): Lead {
  const latest = useRef(ground);
  // Before the effects that lead anywhere.
  useLayoutEffect(() => {
    latest.current = ground;
  });
  const [lead] = useState(() => leading(() => latest.current));
  useEffect(() => lead.letGo, [lead]);
  return lead;
}

function leading(ground: () => Ground): Lead {
  let letGo = () => {};
  const to = (aim: Aim) => {
    letGo();
    let [steady, before] = [0, Number.NaN];
    const step = () => {
      const element = ground().scroller.current;
      if (!element) return;
      if (isHidden(element)) return wait(whenShown(element, step));
      const top = topFor(aim, ground(), element);
      if (top === undefined) return;
      steady = Math.abs(top - before) < 1 ? steady + 1 : 0;
      before = top;
      element.scrollTop = top;
      if (steady < STEADY) wait(nextFrame(step));
    };
    const wait = (end: () => void) => {
      letGo = end;
    };
    step();
  };
  return { to, letGo: () => letGo() };
}

/** How far it has to be scrolled; undefined where the row is not there. */
function topFor(
  { key, align, offset = 0 }: Aim,
  { rows, list }: Ground,
  { scrollTop, clientHeight }: HTMLElement,
): number | undefined {
  const at = rows.findIndex((row) => row.key === key);
  if (at < 0 || !list.current) return undefined;
  const start = BEGINNING + list.current.getItemOffset(at) + offset;
  if (align === 'start') return start;
  const end = start + list.current.getItemSize(at) - clientHeight;
  // What is taller than the window is read from its beginning.
  return Math.min(start, Math.max(scrollTop, Math.min(start, end)));
}

function nextFrame(then: () => void): () => void {
  const frame = requestAnimationFrame(then);
  return () => cancelAnimationFrame(frame);
}

function whenShown(element: HTMLElement, then: () => void): () => void {
  const observer = new ResizeObserver(() => {
    if (isHidden(element)) return;
    observer.disconnect();
    then();
  });
  observer.observe(element);
  return () => observer.disconnect();
}
