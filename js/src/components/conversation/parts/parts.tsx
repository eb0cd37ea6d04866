import { useContext } from 'react';
import type { ShownMessage, TextPart } from '../../../shown/model';
import { RunIsOver } from '../acting';
import { KeepScope } from '../kept';
import { Markdown } from '../markdown/markdown';
import { PlainText } from '../markdown/plain';
import { DataPartView } from './data';
import { FileView } from './file';
import { Reasoning } from './reasoning';
import { type Section, sectionsOf } from './sections';
import { Sources } from './sources';
import { ToolCall } from './tool-call';

/** All that a message consists of. What a user types is shown as they typed it. */
export function Parts({ message }: { message: ShownMessage }) {
  return sectionsOf(message.parts).map((section) => (
    <KeepScope key={section.key} name={section.key}>
      <SectionView section={section} messageId={message.id} isTyped={message.role === 'user'} />
    </KeepScope>
  ));
}

interface SectionProps {
  readonly section: Section;
  readonly messageId: string;
  readonly isTyped: boolean;
}

function SectionView({ section, messageId, isTyped }: SectionProps) {
  if (section.kind === 'step') return <hr className="ait-step" aria-label="Next step" />;
  if (section.kind === 'sources') return <Sources sources={section.sources} />;
  const { part } = section;
  switch (part.kind) {
    case 'text':
      return isTyped ? <PlainText text={part.text} /> : <Spoken part={part} />;
    case 'reasoning':
      return <Thought part={part} />;
    case 'tool':
      return <ToolCall part={part} messageId={messageId} />;
    case 'file':
      return <FileView file={part} />;
    case 'data':
      return <DataPartView name={part.name} value={part.data} />;
    case 'other':
      return <DataPartView name={part.name} value={part.value} />;
  }
}

function Spoken({ part }: { readonly part: TextPart }) {
  const { text, isStreaming } = useStanding(part);
  return <Markdown text={text} isStreaming={isStreaming} />;
}

function Thought({ part }: { readonly part: TextPart }) {
  return <Reasoning part={useStanding(part)} />;
}

/** What is cut off in the middle does not look as if more came. */
function useStanding(part: TextPart): TextPart {
  const isOver = useContext(RunIsOver);
  return isOver && part.isStreaming ? { ...part, isStreaming: false } : part;
}
