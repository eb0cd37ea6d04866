/** Values of an event that travel as codec headers, each under its own key. */

import { isObject } from '../wire/inbound';
import type { Headers } from '../wire/names';

/** An object of JSON: an event, a message, a part of one. */
export type Json = Record<string, unknown>;

/** What was said, decoded: an input has a `kind`, an output has a `type`. */
export type CodecEvent = Json;

/** One header. */
export class Field<Value = unknown> {
  readonly #parse: (raw: unknown) => Value | undefined;
  readonly #default: Value | undefined;

  constructor(
    readonly key: string,
    parse: (raw: unknown) => Value | undefined,
    instead?: Value,
  ) {
    this.#parse = parse;
    this.#default = instead;
  }

  /** Returns what the headers say; undefined stands for "not there". */
  read(headers: Headers): Value | undefined {
    const raw: unknown = headers[this.key];
    const value = raw === undefined || raw === null ? undefined : this.#parse(raw);
    return value ?? this.#default;
  }

  /** Returns the field for an event that must have it. */
  orElse(instead: Value): Field<Value> {
    return new Field(this.key, this.#parse, instead);
  }
}

/** Binds a text. Others may have put a number there, which is taken for what it is. */
export function text(key: string, instead?: string): Field {
  return new Field(key, (raw) => raw, instead);
}

/** Binds a yes or no, written as "true" and "false". */
export function flag(key: string, instead?: boolean): Field<boolean> {
  return new Field(key, (raw) => raw === 'true', instead);
}

/** Binds anything that JSON can say; what is not JSON reads as not there. */
export function structured(key: string): Field {
  return new Field(key, (raw) => (typeof raw === 'string' ? fromJson(raw)?.value : raw));
}

/** Binds one of a few words; any other reads as `instead`. */
export function choice(key: string, allowed: readonly string[], instead: string): Field {
  return new Field<unknown>(
    key,
    (raw) => (allowed.some((word) => word === raw) ? raw : undefined),
    instead,
  );
}

/** Returns the values that are there, by key. */
export function readFields(fields: readonly Field[], headers: Headers): CodecEvent {
  const values: CodecEvent = {};
  for (const field of fields) {
    const value = field.read(headers);
    if (value !== undefined) values[field.key] = value;
  }
  return values;
}

/** Returns those of the keys that an object has. */
export function pick(data: unknown, ...keys: readonly string[]): Json {
  if (!isObject(data)) return {};
  const picked: Json = {};
  for (const key of keys) if (Object.hasOwn(data, key)) picked[key] = data[key];
  return picked;
}

export function textOf(data: unknown): string {
  return typeof data === 'string' ? data : '';
}

/**
 * Parses JSON that can be told again: without numbers beyond all that it has words for, and not
 * deeper than anybody can follow. Undefined for what is none.
 */
export function fromJson(raw: string): { readonly value: unknown } | undefined {
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch {
    // It is not JSON, or not all of it is here.
    return undefined;
  }
  const isDoubtful = raw.length > 2 * DEEPEST || MAY_OVERFLOW.test(raw);
  return isDoubtful && !canBeTold(value) ? undefined : { value };
}

/** Python, for one, follows no deeper. */
const DEEPEST = 900;
// A number beyond all that can be told has either a large exponent or very many digits.
const MAY_OVERFLOW = /[eE]\+?\d{3}|\d{200}/;

/** Looks at a value level by level: who calls themselves for each would fall with the depth. */
function canBeTold(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    const isBeyond = level.some((one) => typeof one === 'number' && !Number.isFinite(one));
    if (isBeyond || depth > DEEPEST) return false;
    level = level.flatMap((one) =>
      typeof one === 'object' && one !== null ? Object.values(one) : [],
    );
  }
  return true;
}
