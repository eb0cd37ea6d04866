/** How chunks of text, of content and of a message's own course change it. */

import { type CodecEvent, pick, textOf } from '../fields';
import type { Draft, Part, Projection } from './projection';

export type Fold = (projection: Projection, chunk: CodecEvent, id: string) => void;
type Kind = 'text' | 'reasoning';

/** Returns what begins a stream of this kind. */
export function textBeginner(kind: Kind): Fold {
  return (projection, chunk, id) => {
    const draft = projection.draft(id);
    const part: Part = { type: kind, text: '' };
    draft[kind].set(textOf(chunk.id), part);
    draft.parts.push(part);
  };
}

/** Returns what adds to a stream of this kind. */
export function textAdder(kind: Kind): Fold {
  return (projection, chunk, id) => {
    const part = projection.draft(id)[kind].get(textOf(chunk.id));
    if (part) part.text = textOf(part.text) + textOf(chunk.delta);
  };
}

/** Returns what ends a stream of this kind. */
export function textEnder(kind: Kind): Fold {
  return (projection, chunk, id) => {
    projection.draft(id)[kind].delete(textOf(chunk.id));
  };
}

export function start(projection: Projection, chunk: CodecEvent, id: string): void {
  const { message } = projection.draft(id);
  if ('messageId' in chunk) message.id = chunk.messageId;
  if ('messageMetadata' in chunk) message.metadata = chunk.messageMetadata;
}

export function startStep(projection: Projection, _chunk: CodecEvent, id: string): void {
  projection.draft(id).parts.push({ type: 'step-start' });
}

export function finishStep(projection: Projection, _chunk: CodecEvent, id: string): void {
  // The next step may use the ids of streams again.
  const draft = projection.drafts.get(id);
  draft?.text.clear();
  draft?.reasoning.clear();
}

export function setMetadata(projection: Projection, chunk: CodecEvent, id: string): void {
  const draft: Draft | undefined = projection.drafts.get(id);
  if (draft && 'messageMetadata' in chunk) draft.message.metadata = chunk.messageMetadata;
}

/** Adds a file or a source. */
export function attach(projection: Projection, chunk: CodecEvent, id: string): void {
  const more = chunk.type === 'file' ? [] : ['sourceId', 'title', 'filename'];
  projection.draft(id).parts.push(pick(chunk, 'type', 'mediaType', 'url', ...more));
}

/** Adds a data part, or puts it in the place of the one with its id. */
export function putData(projection: Projection, chunk: CodecEvent, id: string): void {
  if (chunk.transient) return;
  const { parts } = projection.draft(id);
  const part = pick(chunk, 'type', 'id', 'data');
  const place =
    'id' in part
      ? parts.findIndex((known) => known.type === part.type && known.id === part.id)
      : -1;
  if (place < 0) parts.push(part);
  else parts[place] = part;
}
