/** How what a user says changes the messages: a message of their own, or a word on a tool call. */

import type { CodecEvent, Json } from '../fields';
import { isTool, type Message, type Projection, type Waiting } from './projection';
import type { Seed } from './table';
import { resolved } from './tools';

/** Adds a user's message, or a further part of one that is there. */
export function addMessage(projection: Projection, message: Message, id: string | undefined): void {
  const known = id === undefined ? undefined : projection.drafts.get(id);
  if (known) known.parts.push(...message.parts);
  else projection.begin(id ?? (message.id as string), message);
}

/** Puts the user's word to its tool call, or keeps it until the call comes. */
export function resolve(projection: Projection, event: CodecEvent): void {
  const payload = event.payload as Json;
  const { codecMessageId: messageId, kind } = event;
  seed(projection, messageId, payload.forkSeed as Seed | undefined);
  const word: Waiting = { messageId, callId: payload.toolCallId, kind, payload };
  if (!settle(projection, word)) projection.waiting.push(word);
}

export function settleWaiting(projection: Projection): void {
  projection.waiting = projection.waiting.filter((word) => !settle(projection, word));
}

function settle(projection: Projection, word: Waiting): boolean {
  const draft = projection.drafts.get(word.messageId);
  const part = draft?.tool(word.callId);
  if (!part) return false;
  draft?.putTool(word.callId, resolved(part, word.kind, word.payload));
  return true;
}

/** Lays out the messages of the Run that a fork answers for, which are not in its own. */
function seed(projection: Projection, target: unknown, given: Seed | undefined): void {
  if (!given || projection.drafts.has(target)) return;
  for (const { codecMessageId, message } of given.messages) {
    if (projection.drafts.has(codecMessageId)) continue;
    const draft = projection.begin(codecMessageId, { ...message, parts: [...message.parts] });
    for (const [index, part] of draft.parts.entries()) {
      if (isTool(part) && typeof part.toolCallId === 'string') {
        draft.calls.set(part.toolCallId, { index, inputText: '' });
      }
    }
  }
}
