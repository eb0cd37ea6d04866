import type { Links } from 'marked';
import { memo, useRef } from 'react';
import { KeepScope } from '../kept';
import { blocks } from './blocks';
import { mend } from './mend';
import { PlainText } from './plain';
import { lex, type Split, split } from './split';

/** Beyond this many characters, a text is shown as it is. */
const LONGEST = 100_000;

interface MarkdownProps {
  readonly text: string;
  readonly isStreaming: boolean;
}

/** A text as markdown. While it grows only its last block is drawn again. */
export const Markdown = memo(function Markdown({ text, isStreaming }: MarkdownProps) {
  const before = useRef<Split>(undefined);
  const end = text.length > LONGEST ? endOfMarkdown(text) : text.length;
  const whole = split(text.slice(0, end), before.current);
  // Only a shortcut: whatever stands here, the outcome is the same.
  before.current = whole;
  const drawn = whole.blocks.filter((block) => block.type !== 'space' && block.type !== 'def');
  const growing = isStreaming && end === text.length ? whole.blocks.at(-1) : undefined;
  return (
    <div className="ait-md" data-streaming={isStreaming || undefined}>
      {drawn.map((block) => (
        <Block
          key={block.key}
          name={String(block.key)}
          raw={block.raw}
          links={whole.links}
          isGrowing={block === growing}
        />
      ))}
      {end < text.length ? <PlainText text={text.slice(end)} /> : null}
    </div>
  );
});

interface BlockProps {
  readonly name: string;
  readonly raw: string;
  readonly links: Links;
  readonly isGrowing: boolean;
}

const Block = memo(function Block({ name, raw, links, isGrowing }: BlockProps) {
  const tokens = lex(isGrowing ? mend(raw) : raw, links);
  return <KeepScope name={name}>{blocks(tokens, { depth: 0, isGrowing })}</KeepScope>;
});

/** At a line's end where there is one near: it stays where it is while the text grows. */
function endOfMarkdown(text: string): number {
  const line = text.lastIndexOf('\n', LONGEST);
  return line > LONGEST / 2 ? line + 1 : LONGEST;
}
