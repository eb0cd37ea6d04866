import { type RefObject, useCallback, useEffect, useState } from 'react';
import type { Row } from './rows';
import type { Lead } from './use-lead';

/** How long what was found is marked. */
const MARKED_MS = 1600;

interface Ground {
  readonly rows: readonly Row[];
  readonly scroller: RefObject<HTMLElement | null>;
  readonly lead: Lead;
  readonly letGo: () => void;
}

/** Leads to a message, once its row is there. */
export function useFound({
  rows,
  scroller,
  lead,
  letGo,
}: Ground): [string | undefined, (messageId: string) => void] {
  const [wanted, setWanted] = useState<{ key: string }>();
  const [found, setFound] = useState<string>();
  useEffect(() => {
    if (!wanted) return;
    if (!rows.some(({ key }) => key === wanted.key)) return;
    letGo();
    lead.to({ key: wanted.key, align: 'start', offset: -12 - covered(scroller.current) });
    setWanted(undefined);
    setFound(wanted.key);
  }, [wanted, rows, scroller, lead, letGo]);
  useEffect(() => {
    if (found === undefined) return;
    const timer = setTimeout(() => setFound(undefined), MARKED_MS);
    return () => clearTimeout(timer);
  }, [found]);
  return [found, useCallback((key: string) => setWanted({ key }), [])];
}

/** How much of the conversation the search lies over; there is to be room for a message below it. */
function covered(scroller: HTMLElement | null): number {
  const search = scroller?.closest('.ait-talk')?.querySelector('.ait-search');
  if (!scroller || !search) return 0;
  const depth = search.getBoundingClientRect().bottom - scroller.getBoundingClientRect().top;
  return Math.max(0, Math.min(depth, scroller.clientHeight / 2));
}
