/**
 * What a codec is: two tables for the wire, and a fold of their events into messages.
 *
 * Only the reading side: what a page says, the official codec writes. A codec holds no state. What
 * it folds into, it makes with `empty`, and whoever folds keeps it.
 */

import type { Headers } from '../wire/names';
import type { CodecEvent, Json } from './fields';
import type { InputTable } from './inputs';
import type { OutputTable } from './outputs';

/** What is in a message is the codec's own. */
export type Message = Json;

/** A message under the id that the wire knows it by. */
export interface CodecMessage {
  readonly codecMessageId: string;
  /** It changes in place as it grows: whoever keeps it copies it. */
  readonly message: Message;
}

/** Reads what is said on the wire, and folds it into messages. */
export abstract class Codec<Projection = unknown> {
  abstract readonly outputs: OutputTable;
  abstract readonly inputs: InputTable;
  /** What the payload of an answer to a tool call names the call by. */
  readonly callKey: string = 'toolCallId';
  /** Whether an answer may carry the Run that it makes another of, as its `forkSeed`. */
  readonly forks: boolean = false;

  /** Returns a projection of nothing yet. */
  abstract empty(): Projection;

  /** Folds what a user said into the projection, in place. */
  abstract foldInput(
    projection: Projection,
    event: CodecEvent,
    messageId: string | undefined,
  ): void;

  /** Folds what an agent said into the projection, in place. */
  abstract foldOutput(
    projection: Projection,
    event: CodecEvent,
    messageId: string | undefined,
  ): void;

  /** Returns the messages of a projection in their order. */
  abstract messages(projection: Projection): readonly CodecMessage[];

  /**
   * Tells whether the assistant's last turn has a call that only a user can answer.
   *
   * What counts is a call without an output or a decision, or a request for an approval.
   */
  waits(_messages: readonly Message[]): boolean {
    return false;
  }

  /** Tells whether a message has a tool call of this id; true where the codec cannot tell. */
  hasCall(_message: Message, _callId: string): boolean {
    return true;
  }

  /**
   * Returns events to fold before an output whose own beginning never came.
   *
   * `seen` is kept for each Run from its first output on, for the codec to write in.
   */
  leadIn(_seen: Set<string>, _kind: string, _headers: Headers, _streamed: boolean): CodecEvent[] {
    return [];
  }
}
