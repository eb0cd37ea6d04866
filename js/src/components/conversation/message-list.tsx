import {
  type ComponentProps,
  memo,
  type ReactNode,
  type RefObject,
  useLayoutEffect,
  useRef,
} from 'react';
import { Virtualizer, type VirtualizerHandle } from 'virtua';
import type { HistoryState } from '../../session/model';
import { Boundary } from '../boundary';
import { whoIs } from '../names';
import { Beginning } from './beginning';
import { KeepScope } from './kept';
import { Message } from './message';
import type { Row } from './rows';
import { RunLine } from './run-line';
import { runShown } from './run-text';
import { type Follow, isHidden } from './use-follow';
import { BEGINNING } from './use-lead';
import type { Placing } from './use-place';
import type { Walk } from './use-walk';

const LOAD_WITHIN = 600;

interface MessageListProps {
  readonly rows: readonly Row[];
  readonly history: HistoryState;
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly list: RefObject<VirtualizerHandle | null>;
  readonly follow: Follow;
  readonly place: Placing;
  readonly walk: Walk;
  /** The row that somebody was just led to. */
  readonly found: string | undefined;
  readonly loadOlder: () => void;
  readonly onLook: (key: string) => void;
}

/** The rows in sight, of however many there are. */
export function MessageList(props: MessageListProps) {
  const { rows, history, scroller, list, follow, place, walk, found, loadOlder, onLook } = props;
  const isShifted = useShift(rows);
  useToldOfShift(scroller, rows, isShifted);
  const { current } = walk;
  const kept = current === undefined ? -1 : rows.findIndex(({ key }) => key === current);
  const maybeLoad = () => {
    const canLoad = history.hasOlder && !history.isLoadingOlder && !history.problem;
    if (place.isGoingBack()) return;
    const element = scroller.current;
    if (canLoad && element && !isHidden(element) && element.scrollTop < LOAD_WITHIN) loadOlder();
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: it is a group of messages, and not of fields
    <div
      className="ait-scroll"
      role="group"
      aria-label="Conversation: the arrow keys go from message to message"
      ref={scroller}
      // What scrolls must be in the keyboard's reach, and is so where a row of it is.
      tabIndex={kept < 0 ? 0 : -1}
      onWheel={place.letGo}
      onPointerDown={(event) => {
        place.letGo();
        follow.onPress(event.nativeEvent);
      }}
      onKeyDown={(event) => {
        place.letGo();
        walk.onKeyDown(event);
      }}
      onScroll={() => {
        if (!place.isGoingBack()) follow.onScroll();
        place.onScroll();
        maybeLoad();
      }}
    >
      <Beginning history={history} load={loadOlder} />
      <Virtualizer
        ref={list}
        scrollRef={scroller}
        startMargin={BEGINNING}
        shift={isShifted}
        data={rows}
        as={Feed}
        keepMounted={kept < 0 ? [] : [kept]}
        bufferSize={400}
        onScrollEnd={place.onScrollEnd}
        onResize={() => {
          follow.onGrow();
          maybeLoad();
        }}
      >
        {(row, at) => (
          <Article
            key={row.key}
            row={row}
            at={at}
            // A feed that may grow at its beginning does not know its size.
            count={history.hasOlder ? -1 : rows.length}
            isCurrent={row.key === walk.current}
            isFound={row.key === found}
            onLook={onLook}
          />
        )}
      </Virtualizer>
      <div className="ait-end" />
    </div>
  );
}

/** Whether rows have come before the first that there was: then the place is kept from the end. */
function useShift(rows: readonly Row[]): boolean {
  const seen = useRef<{ rows: readonly Row[]; isShifted: boolean }>(undefined);
  if (seen.current?.rows !== rows) {
    const first = seen.current?.rows[0]?.key;
    const isShifted = first !== undefined && rows.findIndex(({ key }) => key === first) > 0;
    seen.current = { rows, isShifted };
  }
  return seen.current.isShifted;
}

/**
 * Has the virtualizer know at once where it has scrolled to: it would take the rows that it measures
 * next for the beginning of the list, and go there, if a reader was at the very top.
 */
function useToldOfShift(
  scroller: RefObject<HTMLElement | null>,
  rows: readonly Row[],
  isShifted: boolean,
): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: each time that rows have come before
  useLayoutEffect(() => {
    if (isShifted) scroller.current?.dispatchEvent(new Event('scroll'));
  }, [scroller, rows, isShifted]);
}

/** It may be pressed while it scrolls, which the virtualizer would not have: it scrolls with each word. */
function Feed({ style, ...rest }: ComponentProps<'div'>) {
  const pressable = { ...style, pointerEvents: undefined };
  return <div {...rest} style={pressable} role="feed" aria-label="Messages" />;
}

interface ArticleProps {
  readonly row: Row;
  readonly at: number;
  readonly count: number;
  readonly isCurrent: boolean;
  readonly isFound: boolean;
  readonly onLook: (key: string) => void;
}

const Article = memo(function Article({
  row,
  at,
  count,
  isCurrent,
  isFound,
  onLook,
}: ArticleProps) {
  return (
    <article
      className="ait-row"
      data-row={row.key}
      data-kind={row.kind}
      data-found={isFound || undefined}
      aria-label={labelOf(row)}
      aria-posinset={at + 1}
      aria-setsize={count}
      tabIndex={isCurrent ? 0 : -1}
      onFocus={() => onLook(row.key)}
    >
      <KeepScope name={row.key}>
        <Boundary what={row.kind === 'run' ? 'this Run' : 'this message'}>
          {contentsOf(row)}
        </Boundary>
      </KeepScope>
    </article>
  );
}, isSameArticle);

/** Rows are made anew each time: what counts is what they show. */
function isSameArticle(before: ArticleProps, after: ArticleProps): boolean {
  const { row: one, ...given } = before;
  const { row: other, ...others } = after;
  return (
    (Object.keys(given) as (keyof typeof given)[]).every((name) => given[name] === others[name]) &&
    isSameRow(one, other)
  );
}

function isSameRow(one: Row, other: Row): boolean {
  if (one.kind === 'message' && other.kind === 'message') {
    return (
      one.message === other.message &&
      one.goesOn === other.goesOn &&
      one.isOver === other.isOver &&
      one.isUnanswered === other.isUnanswered
    );
  }
  if (one.kind === 'run' && other.kind === 'run') {
    return (
      one.run === other.run &&
      one.waitsFor === other.waitsFor &&
      one.isSpokenTo === other.isSpokenTo
    );
  }
  return false;
}

function contentsOf(row: Row): ReactNode {
  if (row.kind === 'run') {
    return <RunLine run={row.run} waitsFor={row.waitsFor} isSpokenTo={row.isSpokenTo} />;
  }
  return (
    <Message
      message={row.message}
      goesOn={row.goesOn}
      isOver={row.isOver}
      isUnanswered={row.isUnanswered}
    />
  );
}

function labelOf(row: Row): string {
  if (row.kind === 'run') return `Run: ${runShown(row.run, row.waitsFor).status}`;
  const who = whoIs(row.message.author, row.message.role);
  return who.badge ? `${who.name}, ${who.badge}` : who.name;
}
