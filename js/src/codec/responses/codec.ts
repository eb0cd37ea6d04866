/** The codec of OpenAI's Responses, and the fold of their events. */

import type { Headers } from '../../wire/names';
import { Codec, type CodecMessage, type Message } from '../contract';
import type { CodecEvent, Json } from '../fields';
import { lastTurn } from '../turns';
import { callIds, unansweredCalls } from './correlation';
import * as items from './items';
import { type Message as DraftMessage, Projection } from './projection';
import { ADDED, ARGUMENTS, DONE, SLOTS, shell, slotOf } from './slots';
import { INPUTS, ITEM_ID, OUTPUTS, PART, POSITION } from './table';
import * as tools from './tools';

const FOLDS: ReadonlyMap<unknown, items.Fold> = new Map<unknown, items.Fold>([
  [ADDED, items.add],
  [DONE, items.finish],
  ['response.content_part.added', items.openPart],
  ['response.reasoning_summary_part.added', items.openSummary],
  ...SLOTS.map((slot) => [slot.delta, items.adder(slot)] as const),
  ...SLOTS.map((slot) => [slot.done, items.closer(slot)] as const),
  [`${ARGUMENTS}.delta`, items.addArguments],
  [`${ARGUMENTS}.done`, items.setArguments],
  ['function_call_output', tools.putOutput],
  ['tool-approval-request', tools.ask],
]);
const ANSWERS: ReadonlyMap<unknown, items.Fold> = new Map<unknown, items.Fold>([
  ['tool-result', tools.putResult],
  ['tool-result-error', tools.putFailure],
  ['tool-approval-response', tools.answer],
]);

/** Messages of items, each valid input of OpenAI's Responses, and the events that make them. */
export class ResponsesCodec extends Codec<Projection> {
  override readonly callKey = 'call_id';
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
    if (messageId === undefined) return;
    if (event.kind === 'user-message') {
      addMessage(projection, event.message as DraftMessage, messageId);
    } else {
      ANSWERS.get(event.kind)?.(projection, event.payload as Json, messageId);
    }
  }

  override foldOutput(
    projection: Projection,
    event: CodecEvent,
    messageId: string | undefined,
  ): void {
    if (messageId !== undefined) FOLDS.get(event.type)?.(projection, event, messageId);
  }

  override messages(projection: Projection): readonly CodecMessage[] {
    return projection.messages;
  }

  /** Tells whether a function call of the last turn has no output and is not approved. */
  override waits(messages: readonly Message[]): boolean {
    return unansweredCalls(lastTurn(messages)).length > 0;
  }

  override hasCall(message: Message, callId: string): boolean {
    return callIds(message).includes(callId);
  }

  /** Gives a stream the item that its part belongs to; one that is there stays as it is. */
  override leadIn(
    _seen: Set<string>,
    _kind: string,
    headers: Headers,
    streamed: boolean,
  ): CodecEvent[] {
    const itemId = ITEM_ID.read(headers);
    const slot = streamed ? slotOf(PART.read(headers)) : undefined;
    if (!slot || itemId === undefined) return [];
    return [{ type: ADDED, item: shell(slot, itemId), output_index: POSITION.read(headers) }];
  }
}

/** Adds a user's message, or a further part of one that is there: all of it is one item. */
function addMessage(projection: Projection, message: DraftMessage, id: string): void {
  const draft = projection.draft(id, message.role);
  draft.message.role = message.role;
  let known = draft.items.find(hasParts);
  for (const item of message.items.filter(hasParts)) {
    if (known) {
      known.content.push(...item.content);
    } else {
      known = { ...item, content: [...item.content] };
      draft.items.push(known);
    }
  }
}

function hasParts(item: Json): item is Json & { content: unknown[] } {
  return item.type === 'message' && Array.isArray(item.content);
}
