/** What people said to tool calls, which the messages of no codec tell: who, when, and why. */

import type { Codec } from '../codec/contract';
import { inputsOf, kindOf } from '../codec/decoding';
import type { CodecEvent } from '../codec/fields';
import { AI_INPUT } from '../wire/names';
import type { Record } from '../wire/record';
import { authorOf } from './authors';
import type { CallAnswer } from './model';
import { fieldsOf, given, textOf } from './values';

const DECISION = 'tool-approval-response';
const RESULT = 'tool-result';
const FAILURE = 'tool-result-error';
const ANSWERS: ReadonlySet<string> = new Set([DECISION, RESULT, FAILURE]);

/** Returns what the records of a message say to one of its calls, in the order of the channel. */
export function answersTo(
  codec: Codec,
  records: readonly Record[],
  callId: string,
): readonly CallAnswer[] {
  return records
    .filter((record) => record.name === AI_INPUT && ANSWERS.has(kindOf(record)))
    .toSorted((one, other) => (one.serial < other.serial ? -1 : 1))
    .flatMap((record) =>
      inputsOf(codec, record).flatMap((event) => answerIn(event, record, codec.callKey, callId)),
    );
}

function answerIn(
  event: CodecEvent,
  record: Record,
  callKey: string,
  callId: string,
): CallAnswer[] {
  const said = fieldsOf(event.payload);
  const kind = answerKind(event, said.approved === true);
  if (!kind || said[callKey] !== callId) return [];
  const told = { at: record.timestamp, reason: textOf(said.reason), arguments: said.arguments };
  return [{ kind, by: authorOf(record), ...given(told) }];
}

function answerKind({ kind }: CodecEvent, isApproved: boolean): CallAnswer['kind'] | undefined {
  if (kind === DECISION) return isApproved ? 'approved' : 'denied';
  if (kind === RESULT) return 'result';
  return kind === FAILURE ? 'error' : undefined;
}
