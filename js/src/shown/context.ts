/** What a message does not say itself, and its node's records do. */

import type { Codec } from '../codec/contract';
import { kindOf } from '../codec/decoding';
import { AI_OUTPUT } from '../wire/names';
import type { Record } from '../wire/record';
import { answersTo } from './answers';
import type { CallAnswer, RunStatus } from './model';

/** The streams in which a call's arguments come. */
const ARGUMENTS: ReadonlySet<string> = new Set(['tool-input', 'function_call_arguments']);

export interface Context {
  /** How the message's Run stands; undefined where it is a user's. */
  readonly status: RunStatus | undefined;
  /** What the newest stream of the message brings, while it is open. */
  readonly open: 'words' | 'arguments' | undefined;
  /** The arguments of a call as far as they have come. */
  argumentsOf(callId: string): string | undefined;
  /** What people said to a call. */
  answersTo(callId: string): readonly CallAnswer[];
}

/** Reads a context out of a message's records; all is looked at only as far as is asked for. */
export function contextOf(
  records: readonly Record[],
  status: RunStatus | undefined,
  codec: Codec,
  resumes: () => readonly string[],
): Context {
  return {
    status,
    open: status === 'active' ? openIn(records) : undefined,
    argumentsOf: (callId) => {
      const isOfCall = (record: Record) =>
        record.streamed && ARGUMENTS.has(kindOf(record)) && record.codec[codec.callKey] === callId;
      return records.findLast(isOfCall)?.text;
    },
    answersTo: (callId) => answersTo(codec, records, callId, resumes),
  };
}

function openIn(records: readonly Record[]): Context['open'] {
  const newest = records.findLast((record) => record.name === AI_OUTPUT);
  if (!newest?.streamed || newest.status !== undefined || newest.deleted) return undefined;
  return ARGUMENTS.has(kindOf(newest)) ? 'arguments' : 'words';
}

/** Tells whether a stream is of words, and not of the arguments of a call. */
export function hasWords(record: Record): boolean {
  return record.streamed && !ARGUMENTS.has(kindOf(record));
}
