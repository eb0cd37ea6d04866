/** From a record to its events. What a stream has become is read the same as if it never grew. */

import { AI_INPUT, AI_OUTPUT, KIND } from '../wire/names';
import { COMPLETE, type Record } from '../wire/record';
import type { Codec } from './contract';
import type { CodecEvent } from './fields';

export function kindOf(record: Record): string {
  const kind: unknown = record.codec[KIND];
  return typeof kind === 'string' ? kind : '';
}

/** Tells whether a record has events; `atFirst` is whether its Run had no output before. */
export function saysAnything(codec: Codec, record: Record, atFirst: boolean): boolean {
  if (record.deleted) return false;
  if (record.name === AI_INPUT) return !record.streamed && codec.inputs.knows(record.codec);
  if (record.name !== AI_OUTPUT) return false;
  if (codec.outputs.knows(kindOf(record), record.streamed)) return true;
  if (!record.streamed || !atFirst) return false;
  return codec.leadIn(new Set(), kindOf(record), record.codec, true).length > 0;
}

/** Returns what a record says, be it a user's or an agent's; `seen` as in `outputsOf`. */
export function eventsOf(
  codec: Codec,
  record: Record,
  seen: Set<string> | undefined,
): CodecEvent[] {
  return record.name === AI_INPUT ? inputsOf(codec, record) : outputsOf(codec, record, seen);
}

export function inputsOf(codec: Codec, record: Record): CodecEvent[] {
  if (record.deleted || record.streamed || record.name !== AI_INPUT) return [];
  return codec.inputs.decode(record.codec, record.data, record.transport);
}

/**
 * Returns the outputs of a record.
 *
 * `seen` is what the codec noted of the Run before it; undefined where nobody asks for a lead-in.
 */
export function outputsOf(
  codec: Codec,
  record: Record,
  seen: Set<string> | undefined,
): CodecEvent[] {
  if (record.deleted || record.name !== AI_OUTPUT) return [];
  const headers = record.codec;
  const kind = kindOf(record);
  const events = seen ? codec.leadIn(seen, kind, headers, record.streamed) : [];
  if (!record.streamed)
    return [...events, ...codec.outputs.decodeWhole(kind, headers, record.data)];
  const group = codec.outputs.streamed.get(kind);
  if (!group) return events;
  events.push(group.decodeStart(headers));
  const { text } = record;
  if (text) events.push(group.decodeDelta(headers, text));
  // What says at its creation that it has ended was never streamed.
  const grown = record.data == null || record.version !== record.serial;
  if (record.status === COMPLETE && grown) events.push(group.decodeEnd(headers, text));
  return events;
}

/** Returns the events of a stream that has just grown by a text, or ended, or both. */
export function growthOf(codec: Codec, record: Record, added: string): CodecEvent[] {
  const group = codec.outputs.streamed.get(kindOf(record));
  if (!group || record.name !== AI_OUTPUT) return [];
  const events = added ? [group.decodeDelta(record.codec, added)] : [];
  if (record.status === COMPLETE) events.push(group.decodeEnd(record.codec, record.text));
  return events;
}
