import type { ReactNode } from 'react';
import { safeLink } from '../components/conversation/markdown/links';
import { visibleName } from '../components/visible';
import type { Answer, Decide } from './conversation';
import { isTool, type Part } from './sdk';
import { Text } from './text';
import { Tool } from './tool';

interface Props {
  readonly part: Part;
  /** Its Run waits: what it asks for can be given. */
  readonly isOpen: boolean;
  readonly onDecide: Decide;
  readonly onAnswer: Answer;
}

/** Pictures that are in the message itself; one from elsewhere would tell who reads it, and when. */
const PICTURE = /^data:image\/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]+$/;

export function PartView({ part, isOpen, onDecide, onAnswer }: Props): ReactNode {
  if (isTool(part)) {
    return <Tool part={part} isOpen={isOpen} onDecide={onDecide} onAnswer={onAnswer} />;
  }
  switch (part.type) {
    case 'text':
      return <Text text={part.text} isStreaming={part.state === 'streaming'} />;
    case 'reasoning':
      return part.text === '' ? null : (
        <details className="thoughts">
          <summary>{part.state === 'streaming' ? 'Thinking…' : 'How I got there'}</summary>
          <Text text={part.text} isStreaming={part.state === 'streaming'} />
        </details>
      );
    case 'file':
      return <File url={part.url} mediaType={part.mediaType} name={part.filename} />;
    case 'source-url':
      return <Attached kind="Source" words={part.title ?? part.url} url={part.url} />;
    case 'source-document':
      return <Attached kind="Source" words={part.title || part.filename || part.mediaType} />;
    case 'step-start':
      return null;
    default:
      return <Attached kind="Data" words={part.type.replace(/^data-/, '')} />;
  }
}

function File({
  url,
  mediaType,
  name,
}: {
  readonly url: string;
  readonly mediaType: string;
  readonly name: string | undefined;
}): ReactNode {
  if (PICTURE.test(url)) return <img className="picture" src={url} alt={name ?? 'A picture'} />;
  return <Attached kind="File" words={name ?? mediaType} url={url} />;
}

interface AttachedProps {
  readonly kind: string;
  readonly words: string;
  readonly url?: string;
}

/** Something beside the text; a link where it leads to a web page, and words otherwise. */
function Attached({ kind, words, url = '' }: AttachedProps): ReactNode {
  const link = safeLink(url);
  return (
    <p className="attached">
      <span className="kind">{kind}</span>{' '}
      {link ? (
        <a href={link.href} target="_blank" rel="noopener noreferrer nofollow">
          <bdi>{visibleName(words)}</bdi> <span className="host">{link.host}</span>
        </a>
      ) : (
        <bdi>{visibleName(words)}</bdi>
      )}
    </p>
  );
}
