import {
  type ReactNode,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { visibleName } from '../components/visible';
import { authorOf, type Publishers } from './authors';
import type { Conversation, Line } from './conversation';
import { Bubble, LEFT } from './message';
import type { Member } from './presence';

interface Props {
  readonly me: string;
  readonly conversation: Conversation;
  readonly publishers: Publishers;
  readonly typists: readonly Member[];
}

const NEAR_PX = 80;

export function Thread({ me, conversation, publishers, typists }: Props): ReactNode {
  const { lines, hasOlder, isLoading, isAnswering, loadError } = conversation;
  const box = useRef<HTMLElement>(null);
  const { isAtEnd, follow, toEnd } = useFollowing(box, lines);
  const last = lines.at(-1);
  return (
    <main
      className="thread"
      ref={box}
      onScroll={() => {
        follow();
        if (hasOlder && !isLoading && (box.current?.scrollTop ?? NEAR_PX) < NEAR_PX) {
          conversation.loadOlder();
        }
      }}
    >
      {hasOlder && (
        <button
          type="button"
          className="older"
          disabled={isLoading}
          onClick={conversation.loadOlder}
        >
          {isLoading ? 'Loading…' : 'Show earlier messages'}
        </button>
      )}
      {loadError && (
        <p className="note" role="alert">
          Earlier messages could not be loaded: {loadError}
        </p>
      )}
      {lines.length === 0 && !isLoading && (
        <p className="welcome">Hello! Write to us, and we answer right here.</p>
      )}
      <ol className="lines" aria-label="Conversation">
        {lines.map((line) => (
          <Bubble
            key={line.id}
            line={line}
            author={authorOf(line.message, publishers.get(line.id), me)}
            isLast={line === last}
            conversation={conversation}
          />
        ))}
      </ol>
      {isAnswering && !lines.some(isBegun) && <Dots words="The answer is on its way" />}
      {typists.map(({ clientId }) => (
        <Dots key={clientId} words="is typing" name={clientId} />
      ))}
      <p className="unseen" role="status">
        {spoken(lines)}
      </p>
      {!isAtEnd && (
        <button type="button" className="to-end" onClick={toEnd}>
          ↓ Newest
        </button>
      )}
    </main>
  );
}

function Dots({ words, name }: { readonly words: string; readonly name?: string }): ReactNode {
  return (
    <p className="dots">
      <span aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      <span className={name === undefined ? 'unseen' : ''}>
        {name !== undefined && <bdi>{visibleName(name)}</bdi>} {words}
      </span>
    </p>
  );
}

/** Whether it is an answer that comes, and shows something. One that was spoken to begins anew. */
function isBegun({ message, run, isLastOfRun, isLeft }: Line): boolean {
  if (message.role !== 'assistant' || run?.status !== 'active') return false;
  return isLastOfRun && !isLeft && message.parts.some(({ type }) => type !== 'step-start');
}

/** What a screen reader is told: an answer when it is whole, and not word by word; or that none comes. */
function spoken(lines: readonly Line[]): string {
  const last = lines.at(-1);
  if (last?.isLeft) return LEFT;
  if (last?.message.role !== 'assistant' || last.run?.status === 'active') return '';
  const texts = last.message.parts.map((part) => (part.type === 'text' ? part.text : ''));
  return texts.join(' ').trim();
}

/** Stays at the end while one is there, and in place when older messages come in above. */
function useFollowing(
  box: RefObject<HTMLElement | null>,
  lines: readonly Line[],
): { isAtEnd: boolean; follow: () => void; toEnd: () => void } {
  const [isAtEnd, setAtEnd] = useState(true);
  const before = useRef({ first: '', height: 0 });
  const first = lines[0]?.id ?? '';
  const follow = (): void => {
    const element = box.current;
    if (!element) return;
    setAtEnd(element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PX);
  };
  const toEnd = (): void => {
    const element = box.current;
    if (!element) return;
    element.scrollTop = element.scrollHeight;
    setAtEnd(true);
  };
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    if (isAtEnd) element.scrollTop = element.scrollHeight;
    else if (before.current.first !== first) {
      element.scrollTop += element.scrollHeight - before.current.height;
    }
    before.current = { first, height: element.scrollHeight };
  });
  useEffect(() => {
    const element = box.current;
    if (!element || !isAtEnd) return;
    // In another width the same words take another height, and a keyboard takes away from the box.
    const observer = new ResizeObserver(() => {
      element.scrollTop = element.scrollHeight;
    });
    for (const sized of [element, ...element.children]) observer.observe(sized);
    return () => observer.disconnect();
  }, [box, isAtEnd]);
  return { isAtEnd, follow, toEnd };
}
