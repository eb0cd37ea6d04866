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

interface Placed {
  readonly answer: CallAnswer;
  readonly serial: string;
}

/**
 * Returns what the records of a message say to one of its calls, in the order of the channel;
 * `resumes` gives the serials at which an agent went on with the Run.
 */
export function answersTo(
  codec: Codec,
  records: readonly Record[],
  callId: string,
  resumes: () => readonly string[],
): readonly CallAnswer[] {
  const placed = records
    .filter((record) => record.name === AI_INPUT && ANSWERS.has(kindOf(record)))
    .toSorted((one, other) => (one.serial < other.serial ? -1 : 1))
    .flatMap((record) =>
      inputsOf(codec, record)
        .flatMap((event) => answerIn(event, record, codec.callKey, callId))
        .map((answer) => ({ answer, serial: record.serial })),
    );
  const counted = placed.length > 1 ? countedIn(placed, resumes()) : undefined;
  return placed.map(({ answer }, at) =>
    counted === undefined ? answer : { ...answer, isCounted: at === counted },
  );
}

/** An agent that goes on does so with what was said last by then; until one has, nobody knows. */
function countedIn(placed: readonly Placed[], resumes: readonly string[]): number | undefined {
  const first = placed[0]?.serial ?? '';
  const next = resumes.filter((serial) => serial > first).toSorted()[0];
  return next === undefined ? undefined : placed.findLastIndex(({ serial }) => serial < next);
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
