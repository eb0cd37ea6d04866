/** What a message does not say itself, and its node's records do. */

import { AI_INPUT, AI_OUTPUT, KIND } from '../wire/names';
import type { Record } from '../wire/record';
import type { RunStatus } from './model';

const DECISION = 'tool-approval-response';
/** The streams in which a call's arguments come. */
const ARGUMENTS: ReadonlySet<string> = new Set(['tool-input', 'function_call_arguments']);

export interface Context {
  /** How the message's Run stands; undefined where it is a user's. */
  readonly status: RunStatus | undefined;
  /** What the newest stream of the message brings, while it is open. */
  readonly open: 'words' | 'arguments' | undefined;
  /** The arguments of a call as far as they have come. */
  argumentsOf(callId: string): string | undefined;
  /** Why a person decided about a call as they did. */
  reasonOf(callId: string): string | undefined;
}

/** Reads a context out of a message's records, which are looked at only as far as is asked for. */
export function contextOf(
  records: readonly Record[],
  status: RunStatus | undefined,
  callKey: string,
): Context {
  return {
    status,
    open: status === 'active' ? openIn(records) : undefined,
    argumentsOf: (callId) => {
      const isOfCall = (record: Record) =>
        record.streamed && ARGUMENTS.has(kindOf(record)) && header(record, callKey) === callId;
      return records.findLast(isOfCall)?.text;
    },
    reasonOf: (callId) => {
      const isDecision = (record: Record) =>
        record.name === AI_INPUT &&
        kindOf(record) === DECISION &&
        header(record, callKey) === callId;
      const decision = records.findLast(isDecision);
      return decision && header(decision, 'reason');
    },
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

function kindOf(record: Record): string {
  return header(record, KIND) ?? '';
}

function header(record: Record, key: string): string | undefined {
  const value: unknown = record.codec[key];
  return typeof value === 'string' ? value : undefined;
}
