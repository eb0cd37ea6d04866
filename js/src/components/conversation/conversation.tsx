import {
  type RefObject,
  useCallback,
  useEffect,
  useImperativeHandle,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { VirtualizerHandle } from 'virtua';
import type { ConsoleActions, ConsoleState, Permits } from '../../session/model';
import { counted } from '../format';
import { useLatest } from '../hooks';
import { Icon } from '../icons';
import type { Memory } from '../memory';
import { useDoing } from '../use-doing';
import type { Scroller } from '../use-reveal';
import { ActingContext } from './acting';
import { Announcer } from './announcer';
import { GrownRows } from './grown-rows';
import { KeepAll } from './kept';
import { MessageList } from './message-list';
import { RestScope } from './parts/rest';
import type { Row } from './rows';
import { type Follow, useFollow } from './use-follow';
import { useFound } from './use-found';
import { useLead } from './use-lead';
import { usePlace } from './use-place';
import { useStops } from './use-stops';
import { useWalk } from './use-walk';

export interface ConversationProps {
  readonly state: ConsoleState;
  readonly actions: ConsoleActions;
  readonly memory: Memory;
  readonly handle?: RefObject<Scroller | null> | undefined;
}

/** What was said and is being said, and what one may do about it. */
export function Conversation({ state, actions, memory, handle }: ConversationProps) {
  const { openRuns } = state;
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  const permits = useSamePermits(state.permits);
  const isLive = state.connection.phase === 'live';
  const acting = useMemo(() => ({ actions, permits, isLive }), [actions, permits, isLive]);
  const rows = useRows(state);
  const follow = useFollow(scroller);
  const older = useOlder(state, actions);
  const { history, load } = older;
  const lead = useLead({ rows, scroller, list });
  const place = usePlace({ memory, rows, history, scroller, list, lead, follow, loadOlder: load });
  const { toEnd, letGo } = useLed(follow, place.letGo);
  const walk = useWalk({ scroller, list, rows, lead, toEnd });
  const { hold } = walk;
  useStops(scroller);
  const [found, find] = useFound({ rows, scroller, lead, letGo });
  const look = useLook(rows, actions, walk.setCurrent);
  const missed = useMissed(rows, follow.isAway);
  useOwnWords(state, toEnd);
  useImperativeHandle(
    handle,
    () => ({
      scrollTo: find,
      scrollToEnd: toEnd,
      focus: () => scroller.current?.focus({ preventScroll: true }),
      focusOn: hold,
    }),
    [find, toEnd, hold],
  );
  return (
    <ActingContext value={acting}>
      <KeepAll values={memory.kept}>
        <div className="ait-conversation">
          <RestScope>
            <MessageList
              rows={rows}
              history={history}
              scroller={scroller}
              list={list}
              follow={follow}
              place={place}
              walk={walk}
              found={found}
              loadOlder={load}
              onLook={look}
            />
          </RestScope>
          {follow.isAway ? (
            <ToLive missed={missed} isLive={openRuns.some(isSpeaking)} toEnd={toEnd} />
          ) : null}
          <Announcer state={state} />
        </div>
      </KeepAll>
    </ActingContext>
  );
}

interface ToLiveProps {
  readonly missed: number;
  readonly isLive: boolean;
  readonly toEnd: () => void;
}

function ToLive({ missed, isLive, toEnd }: ToLiveProps) {
  return (
    <button type="button" className="ait-to-live" data-live={isLive || undefined} onClick={toEnd}>
      {isLive ? <span className="ait-dot" data-tone="busy" aria-hidden="true" /> : null}
      Jump to live
      {missed > 0 ? (
        <span className="ait-to-live-count">{counted(missed, 'new message')}</span>
      ) : null}
      <Icon name="end" />
    </button>
  );
}

function isSpeaking(run: ConsoleState['openRuns'][number]): boolean {
  return run.isOnPath && run.status === 'active';
}

/** The same object for as long as it permits the same. */
function useSamePermits(permits: Permits): Permits {
  const shown = JSON.stringify(permits);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `shown` is what they say
  return useMemo(() => permits, [shown]);
}

function useRows({ messages, runs, openRuns }: ConsoleState): readonly Row[] {
  const [grown] = useState(() => new GrownRows());
  return useMemo(() => grown.of({ messages, runs, openRuns }), [grown, messages, runs, openRuns]);
}

/** Who is led anywhere is not led back to where they were before. */
function useLed(follow: Follow, forget: () => void): Pick<Follow, 'toEnd' | 'letGo'> {
  const { toEnd, letGo } = follow;
  return useMemo(() => {
    const after = (go: () => void) => () => {
      forget();
      go();
    };
    return { toEnd: after(toEnd), letGo: after(letGo) };
  }, [forget, toEnd, letGo]);
}

/** Loads what is older; a failure stands in its place until somebody tries again. */
function useOlder({ history }: ConsoleState, actions: ConsoleActions) {
  const { run, problem } = useDoing();
  const load = useCallback(() => void run(() => actions.loadOlder()), [run, actions]);
  const shown = history.problem ?? problem;
  return { load, history: shown ? { ...history, problem: shown } : history };
}

/** Tells the kernel what the person looks at. */
function useLook(
  rows: readonly Row[],
  actions: ConsoleActions,
  setCurrent: (key: string) => void,
): (key: string) => void {
  const latest = useLatest(rows);
  return useCallback(
    (key) => {
      setCurrent(key);
      const row = latest.current.find((each) => each.key === key);
      if (row?.kind === 'message') actions.focus(row.message.id);
    },
    [latest, actions, setCurrent],
  );
}

/** How many messages have come since the reader went away from the end. */
function useMissed(rows: readonly Row[], isAway: boolean): number {
  const [seen, setSeen] = useState<string>();
  const latest = useLatest(rows);
  useEffect(() => {
    setSeen(isAway ? latest.current.findLast(({ kind }) => kind === 'message')?.key : undefined);
  }, [isAway, latest]);
  const last = seen === undefined ? -1 : rows.findLastIndex(({ key }) => key === seen);
  return last < 0 ? 0 : rows.slice(last + 1).filter(({ kind }) => kind === 'message').length;
}

/** Whoever says something wants to see what comes of it. */
function useOwnWords({ messages, self }: ConsoleState, toEnd: () => void): void {
  const last = messages.at(-1);
  const before = useRef(last?.id);
  useEffect(() => {
    const isNew = last?.id !== before.current;
    before.current = last?.id;
    if (isNew && last?.role === 'user' && last.author.clientId === self.clientId) toEnd();
  }, [last, self.clientId, toEnd]);
}
