import { useEffect, useId, useRef } from 'react';
import type { TextPart } from '../../../shown/model';
import { Icon } from '../../icons';
import { useKept } from '../kept';
import { Markdown } from '../markdown/markdown';

/** What the agent thought before it spoke: a glimpse while it comes, then closed. */
export function Reasoning({ part }: { part: TextPart }) {
  const [isOpen, setOpen] = useKept<boolean | undefined>('open', undefined);
  const seconds = useSeconds(part);
  const id = useId();
  const isGlimpse = part.isStreaming && isOpen === undefined;
  const isShown = isOpen || isGlimpse;
  return (
    <div className="ait-thoughts" data-streaming={part.isStreaming || undefined}>
      <button
        type="button"
        className="ait-fold"
        aria-expanded={isShown}
        aria-controls={id}
        onClick={() => setOpen(!isOpen)}
      >
        <Icon name="thought" />
        <span>{titleOf(part, seconds)}</span>
        <Icon name={isOpen ? 'down' : 'right'} />
      </button>
      <div
        id={id}
        className="ait-thoughts-body"
        data-glimpse={isGlimpse || undefined}
        hidden={!isShown}
      >
        {isShown ? <Markdown text={part.text} isStreaming={part.isStreaming} /> : null}
      </div>
    </div>
  );
}

function titleOf(part: TextPart, seconds: number | undefined): string {
  if (part.isStreaming) return 'Thinking…';
  return seconds === undefined ? 'Thoughts' : `Thought for ${Math.max(1, Math.round(seconds))} s`;
}

/** How long it took; known only where it began and ended before our eyes. */
function useSeconds(part: TextPart): number | undefined {
  const [seconds, setSeconds] = useKept<number | undefined>('seconds', undefined);
  const [began, setBegan] = useKept<number | undefined>('began', undefined);
  const wasStreaming = useRef(false);
  useEffect(() => {
    if (part.isStreaming && began === undefined && part.text.length < 200) setBegan(Date.now());
    if (!part.isStreaming && wasStreaming.current && began !== undefined) {
      setSeconds((Date.now() - began) / 1000);
    }
    wasStreaming.current = part.isStreaming;
  });
  return seconds;
}
