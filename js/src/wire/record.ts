/**
 * A message as it stands: all of its deliveries put together, whatever way and order they came in.
 *
 * What live appends add up to is what history shows, so a fold over records need not know which of
 * the two it was given.
 */

import { Action, type Given, type Inbound, isObject, NO_HEADERS } from './inbound';
import { type Headers, MESSAGE_ID, RUN_ID, STATUS, STREAM } from './names';

export const COMPLETE = 'complete';
export const CANCELLED = 'cancelled';
const SAYING: ReadonlySet<number> = new Set([
  Action.CREATE,
  Action.UPDATE,
  Action.DELETE,
  Action.APPEND,
]);

/**
 * What a delivery did to its record: `grew` is a stream that has more text, or has ended; one that
 * was `replaced` says something else, and one that was `moved` belongs somewhere else.
 */
export type Change = 'nothing' | 'grew' | 'replaced' | 'moved';

/**
 * One message. `serial` is its place on the channel, `version` the newest that is in it.
 *
 * Headers are taken as they are: whoever has a delivery from outside makes them clean first.
 */
export class Record {
  readonly serial: string;
  readonly clientId: string | undefined;
  readonly timestamp: number | undefined;
  name: string;
  version: string;
  versionTimestamp: number | undefined;
  versionClientId: string | undefined;
  transport: Headers = NO_HEADERS;
  codec: Headers = NO_HEADERS;
  runId: string | undefined;
  messageId: string | undefined;
  streamed = false;
  deleted = false;
  data: unknown;
  /** What a stream has amounted to so far. */
  text = '';
  /** All extras but our own. */
  extras: Given | undefined;
  /** Appends to a message whose beginning has not come yet. */
  #unplaced: Inbound[] | undefined;

  constructor(delivery: Inbound) {
    this.serial = delivery.serial;
    this.name = delivery.name;
    this.clientId = delivery.clientId;
    this.timestamp = delivery.timestamp;
    this.version = delivery.version;
    this.#take(delivery);
    if (delivery.action === Action.APPEND) this.#unplaced = [delivery];
  }

  /** What is in it so far: what is known from a version on is less than all up to it. */
  get state(): string {
    return this.#unplaced ? `only ${this.version}` : this.version;
  }

  /** How a stream has ended, if it has. */
  get status(): string | undefined {
    const status = this.transport[STATUS];
    return status === COMPLETE || status === CANCELLED ? status : undefined;
  }

  /** Takes a further delivery in; what is older than what is here changes nothing. */
  merge(delivery: Inbound): Change {
    if (!SAYING.has(delivery.action)) return 'nothing';
    if (this.#unplaced) return this.#place(delivery, this.#unplaced);
    if (delivery.version <= this.version) return 'nothing';
    if (delivery.action === Action.APPEND) return this.#append(delivery);
    return delivery.action === Action.CREATE ? 'nothing' : this.#replace(delivery);
  }

  #append(delivery: Inbound): Change {
    this.#stamp(delivery);
    const added = delivery.data;
    if (!this.streamed) {
      // Nobody streams a message that does not say so; history shows it in one piece.
      if (typeof added === 'string' && typeof this.data === 'string') this.data += added;
      return 'replaced';
    }
    let change: Change = this.status === undefined ? 'grew' : 'replaced';
    if (this.data && typeof this.data === 'string') {
      this.text += this.data;
      this.data = undefined;
      change = 'replaced';
    }
    if (typeof added === 'string') this.text += added;
    if (!isEmpty(delivery.codec) && !sameHeaders(delivery.codec, this.codec)) {
      this.codec = clean(delivery.codec);
      change = 'replaced';
    }
    if (!isEmpty(delivery.transport) && !sameHeaders(delivery.transport, this.transport)) {
      const before = this.transport;
      this.transport = clean(delivery.transport);
      if (!sameButStatus(before, this.transport)) {
        this.#index();
        change = 'moved';
      }
    }
    return change;
  }

  #replace(delivery: Inbound): Change {
    const { name, deleted, transport } = this;
    this.name = delivery.name || this.name;
    this.#take(delivery);
    const same = name === this.name && deleted === this.deleted;
    return same && sameButStatus(transport, this.transport) ? 'replaced' : 'moved';
  }

  #stamp(delivery: Inbound): void {
    this.version = delivery.version;
    this.versionTimestamp = delivery.versionTimestamp;
    this.versionClientId = delivery.versionClientId;
  }

  #take(delivery: Inbound): void {
    this.#stamp(delivery);
    this.deleted = delivery.action === Action.DELETE;
    this.extras = besidesAi(delivery.extras);
    this.transport = delivery.transport;
    this.codec = delivery.codec;
    this.#index();
    this.streamed = this.transport[STREAM] === 'true';
    // What a stream is created with counts once it grows: nobody creates one with anything.
    const began = !this.streamed || delivery.action === Action.CREATE;
    this.text = began || typeof delivery.data !== 'string' ? '' : delivery.data;
    this.data = began ? delivery.data : undefined;
  }

  #index(): void {
    this.runId = this.transport[RUN_ID] ?? undefined;
    this.messageId = this.transport[MESSAGE_ID] ?? undefined;
  }

  /** Puts appends that came first behind the beginning that has come now. */
  #place(delivery: Inbound, unplaced: Inbound[]): Change {
    if (delivery.action === Action.APPEND) {
      if (unplaced.some((known) => known.version === delivery.version)) return 'nothing';
      unplaced.push(delivery);
      return this.#append(delivery);
    }
    this.#unplaced = undefined;
    const change = this.#replace(delivery);
    unplaced.sort((one, other) => compare(one.version, other.version));
    for (const known of unplaced) this.merge(known);
    return change;
  }
}

/** Keeps headers that are plain: others put numbers where texts belong, and take them for what they are. */
export function clean(given: Headers): Headers {
  const isPlain = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value);
  return Object.fromEntries(Object.entries(given).filter(([, value]) => isPlain(value)));
}

/** Gives messages with the same headers the same object: most of a Run's have. */
export class SharedHeaders {
  readonly #recent: Headers[] = [];
  readonly #remembered: number;

  constructor(remembered: number) {
    this.#remembered = remembered;
  }

  share(given: Headers): Headers {
    if (isEmpty(given)) return NO_HEADERS;
    const known = this.#recent.find((each) => sameHeaders(each, given));
    if (known) return known;
    const cleaned = clean(given);
    this.#recent.unshift(cleaned);
    if (this.#recent.length > this.#remembered) this.#recent.pop();
    return cleaned;
  }
}

/** Orders texts as the channel does: by their code units. */
export function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

export function isEmpty(headers: Headers): boolean {
  for (const _ in headers) return false;
  return true;
}

/** Loops and no arrays: it is asked for every append. */
function sameHeaders(one: Headers, other: Headers, but?: string): boolean {
  if (one === other) return true;
  for (const key in one) if (key !== but && one[key] !== other[key]) return false;
  for (const key in other) if (key !== but && !Object.hasOwn(one, key)) return false;
  return true;
}

function sameButStatus(one: Headers, other: Headers): boolean {
  return sameHeaders(one, other, STATUS);
}

function besidesAi(extras: unknown): Given | undefined {
  if (!isObject(extras)) return undefined;
  const { ai: _, ...rest } = extras;
  return 'ai' in extras && Object.keys(rest).length === 0 ? undefined : rest;
}
