/**
 * How the events of a response's stream change its items.
 *
 * An event whose item or part is not here changes nothing: who joins late lacks what came before.
 */

import { isObject } from '../../wire/inbound';
import { type CodecEvent, type Json, textOf } from '../fields';
import { Item, isId, type Part, type Projection } from './projection';
import { CALL, MESSAGE, MODELLED, REASONING, type Slot, slotOf } from './slots';

export type Fold = (projection: Projection, event: CodecEvent, id: string) => void;

/** Adds an item. One that is there stays, as a lead-in may bring it again. */
export function add(projection: Projection, event: CodecEvent, id: string): void {
  const { item } = event;
  if (!isObject(item) || !MODELLED.has(item.type)) return;
  const draft = projection.draft(id);
  if (isId(item.id) && draft.growing.has(item.id)) return;
  const own = owned(item);
  if (isId(item.id)) draft.growing.set(item.id, new Item(own));
  draft.items.push(own);
}

/** Gives an item what only its end tells; its text has come by the streams. */
export function finish(projection: Projection, event: CodecEvent, id: string): void {
  const done = event.item;
  if (!isObject(done)) return;
  const item = projection.item(id, done.id);
  if (!item || done.type !== item.type) return;
  if ('status' in done) item.value.status = done.status;
  else delete item.value.status;
  if (item.type === MESSAGE) putLogprobs(item, done.content);
  else if (item.type === REASONING && typeof done.encrypted_content === 'string') {
    item.value.encrypted_content = done.encrypted_content;
  }
}

export function openPart(projection: Projection, event: CodecEvent, id: string): void {
  const item = projection.item(id, event.item_id);
  const { part } = event;
  const slot = slotOf(part);
  if (!item || !slot || !isObject(part)) return;
  if (slot.item === item.type && slot.within === 'content') {
    item.put('content', event.content_index, { ...part });
  }
}

export function openSummary(projection: Projection, event: CodecEvent, id: string): void {
  const item = projection.item(id, event.item_id);
  const { part } = event;
  if (!item || item.type !== REASONING || !isObject(part)) return;
  const text = 'text' in part ? part.text : '';
  item.put('summary', event.summary_index, { type: 'summary_text', text });
}

/** Returns what adds a delta to a part of this kind. */
export function adder(slot: Slot): Fold {
  return (projection, event, id) => {
    const part = partOf(projection, event, id, slot);
    if (part) append(part, slot.text, event.delta);
  };
}

/** Returns what sets the whole text of a part of this kind. */
export function closer(slot: Slot): Fold {
  return (projection, event, id) => {
    const part = partOf(projection, event, id, slot);
    if (part) part[slot.text] = event[slot.text];
  };
}

export function addArguments(projection: Projection, event: CodecEvent, id: string): void {
  const item = projection.item(id, event.item_id);
  if (item?.type === CALL) append(item.value, 'arguments', event.delta);
}

export function setArguments(projection: Projection, event: CodecEvent, id: string): void {
  const item = projection.item(id, event.item_id);
  if (item?.type === CALL) item.value.arguments = event.arguments;
}

function partOf(
  projection: Projection,
  event: CodecEvent,
  id: string,
  slot: Slot,
): Part | undefined {
  const item = projection.item(id, event.item_id);
  if (item?.type !== slot.item) return undefined;
  const part = item.part(slot.within, event[slot.index]);
  return part?.type === slot.part ? part : undefined;
}

function putLogprobs(item: Item, content: unknown): void {
  if (!Array.isArray(content)) return;
  for (const [index, given] of content.entries()) {
    if (!isObject(given) || given.type !== 'output_text' || !('logprobs' in given)) continue;
    const part = item.part('content', index);
    if (part?.type === 'output_text') part.logprobs = given.logprobs;
  }
}

/** Copies what of an item will change: the message that it came in keeps its own. */
function owned(item: Readonly<Json>): Json {
  const own = { ...item };
  for (const name of ['content', 'summary']) {
    const parts = own[name];
    if (!Array.isArray(parts)) continue;
    own[name] = parts.map((part: unknown) => (isObject(part) ? { ...part } : part));
  }
  return own;
}

function append(target: Json, key: string, more: unknown): void {
  target[key] = textOf(target[key]) + textOf(more);
}
