import { type RefObject, useCallback, useLayoutEffect, useRef } from 'react';
import type { VirtualizerHandle } from 'virtua';
import type { HistoryState } from '../../session/model';
import { useLatest } from '../hooks';
import type { Memory, Place } from '../memory';
import type { Row } from './rows';
import { type Follow, isHidden } from './use-follow';
import { BEGINNING, type Lead } from './use-lead';

export interface Placing {
  /** Whether it goes back to where one was: how it scrolls then is nobody's wish. */
  isGoingBack(): boolean;
  /** Call it on each scroll, once the follow knows of it. */
  onScroll(): void;
  /** Call it when nothing has scrolled for a moment. */
  onScrollEnd(): void;
  /** Call it when the reader goes anywhere. */
  letGo(): void;
}

interface Ground {
  readonly memory: Memory;
  readonly rows: readonly Row[];
  readonly history: HistoryState;
  readonly scroller: RefObject<HTMLElement | null>;
  readonly list: RefObject<VirtualizerHandle | null>;
  readonly lead: Lead;
  readonly follow: Pick<Follow, 'isFollowing' | 'letGo'>;
  readonly loadOlder: () => void;
}

const ROUNDING = 2;

/** Remembers where one reads, and goes back there when the conversation is drawn anew. */
export function usePlace(ground: Ground): Placing {
  const { memory, rows, history, lead, follow, loadOlder } = ground;
  const wanted = useRef(memory.place);
  const latest = useLatest(ground);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each time that there may be more
  useLayoutEffect(() => {
    const place = wanted.current;
    if (!place) return;
    const at = rows.findIndex(({ key }) => key === place.key);
    // As far back as it was read before, it is read again.
    const maybeOlder = history.hasOlder && history.read < place.read && !history.problem;
    if (at >= 0) {
      follow.letGo();
      goTo(lead, place);
    } else if (!maybeOlder && history.phase !== 'loading') wanted.current = undefined;
    else if (!history.isLoadingOlder) loadOlder();
  }, [rows, history]);
  const letGo = useCallback(() => {
    wanted.current = undefined;
    lead.letGo();
  }, [lead]);
  const onScroll = useCallback(() => {
    const { memory, follow } = latest.current;
    const sight = sightOf(latest.current);
    if (wanted.current || !sight) return;
    memory.place = follow.isFollowing() ? undefined : placeIn(sight, latest.current);
  }, [latest]);
  const onScrollEnd = useCallback(() => {
    const { rows, follow, lead } = latest.current;
    const sight = sightOf(latest.current);
    const place = wanted.current;
    const at = rows.findIndex(({ key }) => key === place?.key);
    if (!place || !sight || at < 0) return;
    const isThere = Math.abs(aboveOf(sight, at) - place.offset) <= ROUNDING;
    if (!isThere) return goTo(lead, place);
    wanted.current = undefined;
    follow.letGo();
  }, [latest]);
  return { isGoingBack: () => wanted.current !== undefined, onScroll, onScrollEnd, letGo };
}

function goTo(lead: Lead, { key, offset }: Place): void {
  lead.to({ key, align: 'start', offset });
}

/** What is in sight: where it begins, in px of all that there is. */
interface Sight {
  readonly list: VirtualizerHandle;
  readonly top: number;
}

/** The list itself is told of a scroll only later. */
function sightOf({ scroller, list }: Ground): Sight | undefined {
  const element = scroller.current;
  if (!element || !list.current || isHidden(element)) return undefined;
  return { list: list.current, top: element.scrollTop };
}

function placeIn(sight: Sight, { rows, history }: Ground): Place | undefined {
  const at = sight.list.findItemIndex(sight.top);
  const row = rows[at];
  return row && { key: row.key, offset: aboveOf(sight, at), read: history.read };
}

/** How much of a row is above of what is in sight. */
function aboveOf({ list, top }: Sight, at: number): number {
  return top - BEGINNING - list.getItemOffset(at);
}
