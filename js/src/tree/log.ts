/** The channel's messages, each as it stands, in the order of their serials. */

import { Action, type Inbound, isObject } from '../wire/inbound';
import { EVENT_ID } from '../wire/names';
import { type Change, isEmpty, Record, SharedHeaders } from '../wire/record';
import { bySerial, insertSorted } from './order';

const KEPT: ReadonlySet<number> = new Set([
  Action.CREATE,
  Action.UPDATE,
  Action.DELETE,
  Action.APPEND,
]);

/** What became of a delivery: its record if it is kept, and what changed. */
export interface Merged {
  readonly record: Record | undefined;
  readonly change: Change | 'new';
}

/** All records. What the channel does not keep is not among them. */
export class Log {
  readonly records: Record[] = [];
  readonly #bySerial = new Map<string, Record>();
  readonly #events = new Map<string, Record>();
  readonly #transports = new SharedHeaders(4);
  readonly #codecs = new SharedHeaders(8);

  /** Returns the message that stands at a place of the channel. */
  get(serial: string): Record | undefined {
    return this.#bySerial.get(serial);
  }

  /** Returns the message that carried an event id. */
  findEvent(eventId: string): Record | undefined {
    return this.#events.get(eventId);
  }

  /** Takes a delivery in. */
  merge(delivery: Inbound): Merged {
    const { serial } = delivery;
    const known = this.#bySerial.get(serial);
    if (!known || delivery.action !== Action.APPEND) {
      delivery.transport = this.#transports.share(delivery.transport);
      delivery.codec = this.#codecs.share(delivery.codec);
    }
    if (known) return { record: known, change: known.merge(delivery) };
    if (!serial || !isKept(delivery)) return { record: undefined, change: 'nothing' };
    const record = new Record(delivery);
    this.#bySerial.set(serial, record);
    const eventId = record.transport[EVENT_ID];
    if (eventId !== undefined && !this.#events.has(eventId)) this.#events.set(eventId, record);
    const last = this.records.at(-1);
    if (last && last.serial > serial) insertSorted(this.records, record, bySerial);
    else this.records.push(record);
    return { record, change: 'new' };
  }

  isLast(record: Record): boolean {
    return this.records.at(-1) === record;
  }
}

function isKept(delivery: Inbound): boolean {
  if (!KEPT.has(delivery.action)) return false;
  if (isObject(delivery.extras) && delivery.extras.ephemeral === true) return false;
  // An append without headers is of somebody else's stream, whose beginning nobody here saw.
  return delivery.action !== Action.APPEND || !isEmpty(delivery.transport);
}
