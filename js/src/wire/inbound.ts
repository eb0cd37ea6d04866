/** A message as Ably delivers it, live or from history, read into what the fold needs. */

import type { Headers } from './names';

export const NO_HEADERS: Headers = Object.freeze({});

/** What a delivery does to its message. */
export const Action = {
  CREATE: 0,
  UPDATE: 1,
  DELETE: 2,
  META: 3,
  SUMMARY: 4,
  APPEND: 5,
} as const;

/** The names that clients give the actions. */
const NAMED: ReadonlyMap<string, number> = new Map<string, number>([
  ['message.create', Action.CREATE],
  ['message.update', Action.UPDATE],
  ['message.delete', Action.DELETE],
  ['meta', Action.META],
  ['message.summary', Action.SUMMARY],
  ['message.append', Action.APPEND],
]);

/** A message of the ably client, or a plain object as REST has it. */
export type Wire = object;
/** What is JSON's object, as far as anybody can tell before they look. */
export type Given = Readonly<Record<string, unknown>>;

/** One delivery of a message. An append's `data` is what it adds; any other's is the whole. */
export class Inbound {
  readonly action: number;
  /** Empty where there is none. */
  readonly serial: string;
  readonly name: string;
  /** JSON's null is nothing too. */
  readonly data: unknown;
  readonly clientId: string | undefined;
  readonly timestamp: number | undefined;
  readonly version: string;
  readonly versionTimestamp: number | undefined;
  readonly versionClientId: string | undefined;
  readonly extras: unknown;
  transport: Headers;
  codec: Headers;

  constructor(wire: Wire) {
    const given = wire as Given;
    this.action = actionOf(given.action);
    this.serial = text(given.serial) ?? '';
    this.name = text(given.name) ?? '';
    const { data, encoding } = given;
    const isEncoded = typeof encoding === 'string' && encoding !== '';
    this.data = (isEncoded ? decoded(data, encoding) : data) ?? undefined;
    this.clientId = text(given.clientId);
    this.timestamp = number(given.timestamp);
    const { version } = given;
    if (isObject(version)) {
      this.version = text(version.serial) || this.serial;
      this.versionTimestamp = number(version.timestamp);
      this.versionClientId = text(version.clientId);
    } else {
      this.version = text(version) ?? this.serial;
      this.versionTimestamp = this.versionClientId = undefined;
    }
    this.extras = given.extras;
    const ai = isObject(given.extras) ? given.extras.ai : undefined;
    this.transport = isObject(ai) ? headersIn(ai.transport) : NO_HEADERS;
    this.codec = isObject(ai) ? headersIn(ai.codec) : NO_HEADERS;
  }
}

/** Yields the deliveries in messages, and in frames of the protocol that carry some. */
export function* deliveriesIn(items: Iterable<Wire>): Generator<Inbound> {
  for (const item of items) {
    if (item instanceof Inbound) {
      yield item;
      continue;
    }
    if (!isObject(item)) throw new TypeError(`${String(item).slice(0, 80)} is not a message`);
    const carried = item.messages;
    if (Array.isArray(carried)) {
      // What holds for all messages of a frame stands in the frame.
      for (const each of carried) yield new Inbound({ timestamp: item.timestamp, ...each });
    } else {
      yield new Inbound(item);
    }
  }
}

/** Undoes the encodings of a message's data, last first, as far as they are known. */
export function decoded(data: unknown, encoding: string): unknown {
  let value = data;
  for (const step of encoding.split('/').reverse()) {
    try {
      if (step === 'json' && isCoded(value)) {
        value = JSON.parse(typeof value === 'string' ? value : textIn(value));
      } else if (step === 'base64' && isCoded(value)) {
        value = bytesIn(typeof value === 'string' ? value : textIn(value));
      } else if (step === 'utf-8' && value instanceof Uint8Array) {
        value = textIn(value);
      } else {
        return value;
      }
    } catch {
      // It is not what its encoding says: what there is of it is better than nothing.
      return value;
    }
  }
  return value;
}

/** Tells whether a value is JSON's object, and no array. */
export function isObject(value: unknown): value is Given {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function actionOf(action: unknown): number {
  if (typeof action === 'string') return NAMED.get(action) ?? Action.META;
  return typeof action === 'number' ? action : Action.CREATE;
}

/** Headers are taken as texts here; who keeps them makes them clean. */
function headersIn(value: unknown): Headers {
  return isObject(value) ? (value as Headers) : NO_HEADERS;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function isCoded(value: unknown): value is string | Uint8Array {
  return typeof value === 'string' || value instanceof Uint8Array;
}

function textIn(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
}

function bytesIn(base64: string): Uint8Array {
  if (base64.length % 4 !== 0) throw new RangeError('base64 comes in fours');
  return Uint8Array.from(atob(base64), (each) => each.charCodeAt(0));
}
