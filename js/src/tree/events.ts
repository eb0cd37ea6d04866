/** What a tree tells as it changes. */

import type { CodecEvent } from '../codec/fields';
import type { Inbound } from '../wire/inbound';
import * as wire from '../wire/names';
import type { Record } from '../wire/record';
import { type RunError, readRunError } from './nodes';

const TYPES: ReadonlyMap<string, RunEvent['type']> = new Map<string, RunEvent['type']>([
  [wire.RUN_START, 'start'],
  [wire.RUN_SUSPEND, 'suspend'],
  [wire.RUN_RESUME, 'resume'],
  [wire.RUN_END, 'end'],
]);

/** A Run has started, been suspended or resumed, or ended. */
export interface RunEvent {
  readonly type: 'start' | 'suspend' | 'resume' | 'end';
  readonly runId: string;
  readonly clientId: string;
  readonly invocationId: string;
  /** The message that asked for the Run. */
  readonly inputMessageId: string | undefined;
  readonly reason: string | undefined;
  readonly error: RunError | undefined;
  readonly serial: string;
}

/** Reads the event of a record that tells how a Run goes; undefined of any other. */
export function runEventOf(record: Record): RunEvent | undefined {
  const headers = record.transport;
  const type = TYPES.get(record.name);
  if (!type) return undefined;
  const reason = type === 'end' ? (headers[wire.RUN_REASON] ?? 'complete') : undefined;
  return {
    type,
    runId: record.runId ?? '',
    clientId: headers[wire.RUN_CLIENT_ID] ?? '',
    invocationId: headers[wire.INVOCATION_ID] ?? '',
    inputMessageId: headers[wire.INPUT_MESSAGE_ID],
    reason,
    error: reason === 'error' ? readRunError(headers) : undefined,
    serial: record.serial,
  };
}

/** What one delivery said, decoded. */
export interface OutputEvent {
  /** Undefined where it is a user's message. */
  readonly runId: string | undefined;
  readonly messageId: string | undefined;
  readonly events: readonly CodecEvent[];
  readonly record: Record;
}

/** What a reader sees has changed: one message where it is known, else anything. */
export interface Update {
  readonly messageId: string | undefined;
}

/** The events of a tree, and what each tells. */
export type TreeEvents = {
  update: undefined;
  run: RunEvent;
  output: OutputEvent;
  message: Inbound;
};
