/**
 * How tool calls are answered: by the agent itself, or by what a user decides and returns.
 *
 * OpenAI's items tell neither an approval nor a failure, so both stand beside them, in the
 * message's `toolCallStates`; what the model has to know is an item too.
 */

import { isObject } from '../../wire/inbound';
import { type CodecEvent, type Json, pick } from '../fields';
import type { Projection } from './projection';

export const OUTPUT = 'function_call_output';
/** What the model is told of a denial that gives no reason. */
const DENIED = 'Tool execution was not approved.';

/** Adds what the agent's own tool returned. */
export function putOutput(projection: Projection, event: CodecEvent, id: string): void {
  if (isObject(event.item)) projection.draft(id).items.push(event.item);
}

/** Has a call wait for the user's approval. */
export function ask(projection: Projection, event: CodecEvent, id: string): void {
  const asked = { name: '', arguments: '', ...pick(event, 'name', 'arguments') };
  projection.draft(id).note(event.call_id, { approval: 'pending', ...asked });
}

/** Adds what a tool at the user's returned. */
export function putResult(projection: Projection, payload: Json, id: string): void {
  const { call_id } = payload;
  const draft = projection.draft(id);
  draft.putOutput({ type: OUTPUT, call_id, ...pick(payload, 'output') });
  draft.note(call_id, { result: 'ok' });
}

export function putFailure(projection: Projection, payload: Json, id: string): void {
  const { call_id, message } = payload;
  const draft = projection.draft(id);
  draft.putOutput({ type: OUTPUT, call_id, output: message });
  draft.note(call_id, { result: 'failed' });
}

/** Notes the user's decision. A denied call is answered at once, as nothing will run it. */
export function answer(projection: Projection, payload: Json, id: string): void {
  const { call_id } = payload;
  const draft = projection.draft(id);
  const because = pick(payload, 'reason');
  if (payload.approved) {
    const edited = 'arguments' in payload ? { edited: payload.arguments } : {};
    draft.note(call_id, { approval: 'approved', ...because, ...edited });
    return;
  }
  draft.putOutput({ type: OUTPUT, call_id, output: payload.reason ?? DENIED });
  draft.note(call_id, { approval: 'denied', ...because });
}
