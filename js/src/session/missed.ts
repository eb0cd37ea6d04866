/** What a session that lost its place on the channel has to hear again. */

import type { Tree } from '../tree/tree';
import { Action, Inbound } from '../wire/inbound';

/** Clocks differ by so much at most. */
const SKEW_MS = 10_000;

/** A place on the channel: a serial, or a time where nothing is known yet. */
export interface Since {
  readonly serial: string;
  readonly time: number;
}

/** Returns up to where all is known for good: streams that are open may have grown. */
export function knownUpTo(tree: Tree, began: number): Since {
  const newest = tree.records.at(-1);
  if (!newest) return { serial: '', time: began - SKEW_MS };
  const open = tree.records.find(
    (record) =>
      record.streamed &&
      record.status === undefined &&
      tree.run(record.runId ?? '')?.status === 'active',
  );
  const serial = open && open.serial < newest.serial ? open.serial : newest.serial;
  return { serial, time: began };
}

export function earlier(one: Since, other: Since | undefined): Since {
  if (!other) return one;
  return other.serial < one.serial ? other : one;
}

/** Tells whether a message is there or after it. */
export function covers(since: Since, message: Inbound): boolean {
  if (since.serial) return message.serial >= since.serial;
  return (message.timestamp ?? 0) >= since.time;
}

/**
 * Returns an update that does nothing but add to a stream as the append that it stands for.
 *
 * A server sends the whole of a message that it does not know one to have, and so does history:
 * what is new of a stream is all that need be folded.
 */
export function asGrowth(tree: Tree, message: Inbound): Inbound {
  const { data } = message;
  if (message.action !== Action.UPDATE || typeof data !== 'string') return message;
  const record = tree.record(message.serial);
  if (!record?.streamed || record.deleted) return message;
  if (record.data !== undefined && record.data !== '') return message;
  if (!data.startsWith(record.text)) return message;
  return new Inbound({
    ...message,
    action: Action.APPEND,
    data: data.slice(record.text.length),
    version: {
      serial: message.version,
      timestamp: message.versionTimestamp,
      clientId: message.versionClientId,
    },
  });
}
