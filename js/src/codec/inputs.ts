/** What a user says, as a table: which message on the wire is which input. */

import { type Headers, KIND, MESSAGE_ID, PART_TYPE } from '../wire/names';
import { type CodecEvent, type Field, type Json, pick, readFields } from './fields';
import type { Payload } from './outputs';

/** An input that only says that it happened: what it is about stands in the wire's headers. */
export interface Signal {
  readonly is: 'signal';
  readonly kind: string;
}

/** An input that changes a message which is there, by its `payload`. */
export interface Amendment {
  readonly is: 'amendment';
  readonly kind: string;
  readonly fields: readonly Field[];
  readonly payload: Payload;
}

/** One kind of part of a new message. A type that ends in `-*` stands for a family. */
export interface Part {
  readonly type: string;
  readonly fields?: readonly Field[];
  readonly payload: Payload;
}

/** An input that is a new message, of which each part is a message on the wire. */
export interface Composed {
  readonly is: 'composed';
  readonly kind: string;
  readonly parts: readonly Part[];
  /** Makes an input again, of one part, from the part and both kinds of headers. */
  readonly assemble: (part: Json, headers: Headers, transport: Headers) => CodecEvent;
}

export type Input = Signal | Amendment | Composed;

/** What a user who approves of a tool call has put in the place of its arguments, if anything. */
export const EDITED: Payload = (data) => pick(data, 'arguments');

/** All inputs of a codec, by their kind. */
export class InputTable {
  readonly #byKind: ReadonlyMap<string, Input>;

  constructor(...entries: readonly Input[]) {
    this.#byKind = new Map(entries.map((entry) => [entry.kind, entry]));
  }

  has(kind: string): boolean {
    return this.#byKind.has(kind);
  }

  /** Tells whether a message with these codec headers says anything. */
  knows(headers: Headers): boolean {
    const entry = this.#entry(headers);
    if (entry?.is === 'composed') return partOf(entry, partType(headers)) !== undefined;
    return entry?.is === 'amendment';
  }

  decode(headers: Headers, data: unknown, transport: Headers): CodecEvent[] {
    const entry = this.#entry(headers);
    if (entry?.is === 'composed') return composed(entry, headers, data, transport);
    return entry?.is === 'amendment' ? [amended(entry, headers, data, transport)] : [];
  }

  #entry(headers: Headers): Input | undefined {
    return this.#byKind.get(headers[KIND] ?? '');
  }
}

function amended(
  entry: Amendment,
  headers: Headers,
  data: unknown,
  transport: Headers,
): CodecEvent {
  const payload = { ...readFields(entry.fields, headers), ...entry.payload(data) };
  return { kind: entry.kind, codecMessageId: transport[MESSAGE_ID] ?? '', payload };
}

function composed(
  entry: Composed,
  headers: Headers,
  data: unknown,
  transport: Headers,
): CodecEvent[] {
  const type = partType(headers);
  const part = partOf(entry, type);
  if (!part) return [];
  const value = { ...readFields(part.fields ?? [], headers), ...part.payload(data), type };
  return [{ kind: entry.kind, ...entry.assemble(value, headers, transport) }];
}

function partOf(entry: Composed, type: string): Part | undefined {
  const exact = entry.parts.find((part) => part.type === type);
  if (exact) return exact;
  const families = entry.parts.filter((part) => part.type.endsWith('-*'));
  return families.find((part) => type.startsWith(part.type.slice(0, -1)));
}

function partType(headers: Headers): string {
  const type: unknown = headers[PART_TYPE];
  return typeof type === 'string' ? type : '';
}
