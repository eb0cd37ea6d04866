/** Which calls of a conversation are open: a call and its output may be in different messages. */

import { isObject } from '../../wire/inbound';
import type { Message } from '../contract';
import { type Json, textOf } from '../fields';
import { CALL } from './slots';
import { OUTPUT } from './tools';

/** Returns the calls that wait for a user: the model refuses to go on while there are any. */
export function unansweredCalls(messages: readonly Message[]): Readonly<Json>[] {
  const outputs = messages.flatMap(itemsOf).filter((item) => item.type === OUTPUT);
  const resolved = new Set(outputs.map(callId));
  return messages.flatMap((message) => {
    const states = statesOf(message);
    const open = itemsOf(message).filter(
      (item) => item.type === CALL && !resolved.has(callId(item)),
    );
    return open.filter((call) => !isApproved(states, callId(call)));
  });
}

/** Returns the ids of a message's calls, those among them that only an approval names. */
export function callIds(message: Message): string[] {
  const calls = itemsOf(message).filter((item) => item.type === CALL);
  return [...calls.map(callId), ...Object.keys(statesOf(message))];
}

function isApproved(states: Readonly<Json>, id: string): boolean {
  const state = Object.hasOwn(states, id) ? states[id] : undefined;
  return isObject(state) && state.approval === 'approved';
}

function itemsOf(message: Message): Readonly<Json>[] {
  const items: unknown[] = Array.isArray(message.items) ? message.items : [];
  return items.filter(isObject);
}

function statesOf(message: Message): Readonly<Json> {
  return isObject(message.toolCallStates) ? message.toolCallStates : {};
}

function callId(item: Readonly<Json>): string {
  return textOf(item.call_id);
}
