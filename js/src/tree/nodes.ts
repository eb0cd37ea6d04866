/** The two kinds of node: what a user said, and the Run that answers it. */

import { ERROR_CODE, ERROR_MESSAGE, type Headers } from '../wire/names';
import { compare, type Record } from '../wire/record';
import { Content, type Judge } from './content';
import { type StepInfo, Steps } from './steps';

export const ACTIVE = 'active';
export const SUSPENDED = 'suspended';
export const ERROR = 'error';
/** How a Run can have ended. */
export const TERMINAL: ReadonlySet<string> = new Set(['complete', 'cancelled', ERROR]);
/** A node that the channel has not shown yet sorts after all that it has. */
const UNSENT = '\uffff';
/** The code of an error whose agent did not tell one. */
const UNTOLD = 104008;

/** Why a Run ended in error, as its agent told it. */
export interface RunError {
  readonly code: number;
  readonly message: string;
  readonly status: number;
}

export function readRunError(headers: Headers): RunError {
  const told: unknown = headers[ERROR_CODE];
  const code = /^\s*[+-]?\d+\s*$/.test(String(told)) ? Number(told) : UNTOLD;
  const status = code >= 10_000 && code < 60_000 ? Math.floor(code / 100) : 500;
  return { code, message: headers[ERROR_MESSAGE] ?? 'agent reported an error', status };
}

/** What both kinds have: a place in the tree, and messages. */
abstract class Placed implements Judge {
  readonly content = new Content();

  constructor(
    public key: string,
    /** The id of the message that it follows. */
    public parent: string | undefined,
    /** Empty as long as the channel has not shown it. */
    public serial: string,
    readonly order: number,
  ) {}

  /** Tells whether what a record says is still part of the node. */
  counts(_record: Record): boolean {
    return true;
  }
}

/** A user's message. Its key is the id of that message. */
export class InputNode extends Placed {
  readonly isRun = false;

  constructor(
    key: string,
    parent: string | undefined,
    serial: string,
    order: number,
    /** The id of the message that it was made from by an edit. */
    readonly forkOf: string | undefined,
  ) {
    super(key, parent, serial, order);
  }
}

/** An agent's answer. Its key is the Run's id. */
export class RunNode extends Placed {
  readonly isRun = true;
  readonly steps = new Steps();
  /** The key of the node that it is another version of. */
  forkOf: string | undefined;
  /** The id of the message that it is another version of. */
  regenerates: string | undefined;
  /** Whose Run it is: the user's, not the agent's. */
  clientId = '';
  invocationId = '';
  lastResumedBy: string | undefined;
  status: string = ACTIVE;
  error: RunError | undefined;
  started = false;
  endSerial: string | undefined;

  override counts(record: Record): boolean {
    return this.steps.counts(record.transport);
  }
}

export type Node = InputNode | RunNode;

/** Orders nodes by their places on the channel; those that it has not shown come last. */
export function byPlace(one: Node, other: Node): number {
  return compare(one.serial || UNSENT, other.serial || UNSENT) || one.order - other.order;
}

/** A Run as a reader sees it. */
export interface RunInfo {
  readonly runId: string;
  readonly clientId: string;
  readonly invocationId: string;
  readonly status: string;
  readonly error: RunError | undefined;
  readonly steps: readonly StepInfo[];
}

export function infoOf(run: RunNode): RunInfo {
  const { key, clientId, invocationId, status, error } = run;
  return { runId: key, clientId, invocationId, status, error, steps: run.steps.infos() };
}
