/** The codec of the AI SDK's messages, and the fold of its chunks. */

import type { Headers } from '../../wire/names';
import { Codec, type CodecMessage, type Message } from '../contract';
import type { CodecEvent } from '../fields';
import { callIds, waitsForUser } from './calls';
import * as inputs from './inputs';
import * as parts from './parts';
import { type Message as DraftMessage, Projection } from './projection';
import { INPUTS, MESSAGE_ID, OUTPUTS } from './table';
import * as tools from './tools';

const FOLDS: ReadonlyMap<unknown, parts.Fold> = new Map<unknown, parts.Fold>([
  ['start', parts.start],
  ['start-step', parts.startStep],
  ['finish-step', parts.finishStep],
  ['finish', parts.setMetadata],
  ['message-metadata', parts.setMetadata],
  ['text-start', parts.textBeginner('text')],
  ['text-delta', parts.textAdder('text')],
  ['text-end', parts.textEnder('text')],
  ['reasoning-start', parts.textBeginner('reasoning')],
  ['reasoning-delta', parts.textAdder('reasoning')],
  ['reasoning-end', parts.textEnder('reasoning')],
  ['tool-input-start', tools.beginInput],
  ['tool-input-delta', tools.addInput],
  ['tool-input-available', tools.endInput],
  ['tool-input-error', tools.failInput],
  ['tool-output-available', tools.putOutput],
  ['tool-output-error', tools.putOutput],
  ['tool-output-denied', tools.putDecision],
  ['tool-approval-request', tools.putDecision],
  ['file', parts.attach],
  ['source-url', parts.attach],
  ['source-document', parts.attach],
]);
const ENDS_OF_MESSAGE = new Set(['finish', 'error', 'abort']);

/** Messages of the AI SDK (`UIMessage`), and its chunks as an agent streams them. */
export class UIMessageCodec extends Codec<Projection> {
  override readonly forks = true;
  override readonly outputs = OUTPUTS;
  override readonly inputs = INPUTS;

  override empty(): Projection {
    return new Projection();
  }

  override foldInput(
    projection: Projection,
    event: CodecEvent,
    messageId: string | undefined,
  ): void {
    if (event.kind === 'user-message') {
      inputs.addMessage(projection, event.message as DraftMessage, messageId);
    } else {
      inputs.resolve(projection, event);
    }
    if (projection.waiting.length > 0) inputs.settleWaiting(projection);
  }

  override foldOutput(
    projection: Projection,
    event: CodecEvent,
    messageId: string | undefined,
  ): void {
    if (messageId === undefined) return;
    const isData = typeof event.type === 'string' && event.type.startsWith('data-');
    const fold = FOLDS.get(event.type) ?? (isData ? parts.putData : undefined);
    fold?.(projection, event, messageId);
    if (projection.waiting.length > 0) inputs.settleWaiting(projection);
  }

  override messages(projection: Projection): readonly CodecMessage[] {
    return projection.messages;
  }

  /**
   * Tells whether a user has a call to answer, or an approval to give.
   *
   * A call counts that is in state `input-available` and not the provider's own, or in
   * `approval-requested`.
   */
  override waits(messages: readonly Message[]): boolean {
    return waitsForUser(messages);
  }

  override hasCall(message: Message, callId: string): boolean {
    return callIds(message).includes(callId);
  }

  /** Gives a message its `start` and `start-step` where those are gone from the channel. */
  override leadIn(
    seen: Set<string>,
    kind: string,
    headers: Headers,
    streamed: boolean,
  ): CodecEvent[] {
    if (!streamed && kind !== 'tool-input') {
      note(seen, kind);
      return [];
    }
    const events: CodecEvent[] = [];
    if (!seen.has('start')) {
      const messageId = MESSAGE_ID.read(headers);
      events.push(messageId === undefined ? { type: 'start' } : { type: 'start', messageId });
    }
    if (!seen.has('start-step')) events.push({ type: 'start-step' });
    seen.add('start').add('start-step');
    return events;
  }
}

function note(seen: Set<string>, kind: string): void {
  if (kind === 'start' || kind === 'start-step') seen.add(kind);
  else if (kind === 'finish-step') seen.delete('start-step');
  else if (ENDS_OF_MESSAGE.has(kind)) seen.clear();
}
