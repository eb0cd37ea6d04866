/** Which message on the wire is which event of the Responses stream, and which input. */

import { isObject } from '../../wire/inbound';
import { type Headers, ROLE } from '../../wire/names';
import {
  type CodecEvent,
  flag,
  type Json,
  pick,
  readFields,
  structured,
  text,
  textOf,
} from '../fields';
import { EDITED, InputTable } from '../inputs';
import { OutputTable, type Payload, type Said, type Stream } from '../outputs';
import { ADDED, ARGUMENTS, CALL, DONE, MESSAGE, SLOTS, type Slot } from './slots';

export const ITEM_ID = text('item_id');
const OUTPUT_INDEX = structured('output_index');
/** The same where an event is made that must have it. */
export const POSITION = OUTPUT_INDEX.orElse(0);
export const PART = structured('part');
const ITEM = structured('item');
const CALL_ID = text('call_id', '');

const itemIn: Payload = (data) => pick(data, 'item');

function slotStream(slot: Slot): Stream {
  const index = structured(slot.index);
  const always = [text('item_id', ''), POSITION, index.orElse(0)];
  return {
    kind: slot.stream,
    start: slot.opening,
    delta: slot.delta,
    end: slot.done,
    deltaText: 'delta',
    fields: [ITEM_ID, OUTPUT_INDEX, index, PART],
    deltaFields: [ITEM_ID, index],
    rebuildEnd: (headers, whole) => ({
      type: slot.done,
      ...readFields(always, headers),
      [slot.text]: whole,
    }),
  };
}

/** Returns an event of a call's arguments without them, and the item of the call. */
function ofCall(type: string, headers: Headers): [event: CodecEvent, item: Readonly<Json>] {
  const given = ITEM.read(headers);
  const item = isObject(given) ? given : {};
  return [{ type, item_id: item.id || '', output_index: POSITION.read(headers) }, item];
}

function deltaOfArguments(headers: Headers, added: string): CodecEvent {
  const [event] = ofCall(`${ARGUMENTS}.delta`, headers);
  return { ...event, delta: added };
}

function endOfArguments(headers: Headers, whole: string): CodecEvent {
  const [event, item] = ofCall(`${ARGUMENTS}.done`, headers);
  const name = item.type === CALL ? pick(item, 'name') : { name: '' };
  return { ...event, arguments: whole, ...name };
}

const STREAMS: readonly Stream[] = [
  ...SLOTS.map(slotStream),
  {
    kind: 'function_call_arguments',
    start: ADDED,
    delta: `${ARGUMENTS}.delta`,
    end: `${ARGUMENTS}.done`,
    deltaText: 'delta',
    fields: [ITEM, OUTPUT_INDEX],
    rebuildEnd: endOfArguments,
    rebuildDelta: deltaOfArguments,
  },
];

const SAID: readonly Said[] = [
  { type: ADDED, payload: itemIn },
  { type: DONE, payload: itemIn },
  // The agent's own, which OpenAI has no events for.
  { type: 'function_call_output', payload: itemIn },
  {
    type: 'tool-approval-request',
    fields: [CALL_ID, text('name', '')],
    payload: (data) => ({ arguments: textOf(data) }),
  },
];

export const OUTPUTS = new OutputTable(STREAMS, SAID);

function messageIn(data: unknown): string {
  return isObject(data) ? textOf(data.message) : '';
}

function outputIn(data: unknown): CodecEvent {
  return isObject(data) || Array.isArray(data) ? pick(data, 'output') : { output: '' };
}

export const INPUTS = new InputTable(
  { is: 'amendment', kind: 'tool-result', fields: [CALL_ID], payload: outputIn },
  {
    is: 'amendment',
    kind: 'tool-result-error',
    fields: [CALL_ID],
    payload: (data) => ({ message: messageIn(data) }),
  },
  {
    is: 'amendment',
    kind: 'tool-approval-response',
    fields: [CALL_ID, flag('approved', false), text('reason')],
    payload: EDITED,
  },
  { is: 'signal', kind: 'regenerate' },
  {
    is: 'composed',
    kind: 'user-message',
    parts: [{ type: 'input_text', payload: (data) => ({ text: textOf(data) }) }],
    assemble: (part, _headers, transport) => {
      const item = { type: MESSAGE, role: 'user', content: [part] };
      return { message: { role: transport[ROLE] ?? 'user', items: [item] } };
    },
  },
);
