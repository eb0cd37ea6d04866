/** Whether the agent that answers is still there, as far as presence tells. */

import type { InboundMessage } from 'ably';
import { isObject } from '../wire/inbound';
import { AI_OUTPUT, RUN_ID, RUN_LIFECYCLE, STEP_LIFECYCLE } from '../wire/names';

/** An agent whose connection changes is away for a moment. */
const GRACE_MS = 3_000;

/** Since when those are away who have been here; undefined is who is here. */
export type Attendance = ReadonlyMap<string, number | undefined>;

/** The agent that was heard last in a Run. */
export interface Answerer {
  readonly clientId: string;
  readonly serial: string;
}

export type Answerers = ReadonlyMap<string, Answerer>;

export function attended(
  before: Attendance,
  present: readonly { readonly clientId: string }[],
  now: number,
): Attendance {
  const after = new Map([...before].map(([clientId, leftAt]) => [clientId, leftAt ?? now]));
  return new Map([...after, ...present.map(({ clientId }) => [clientId, undefined] as const)]);
}

/** Notes who else has been here before one came. */
export function remembered(
  before: Attendance,
  past: readonly { readonly clientId: string }[],
  now: number,
): Attendance {
  return new Map([...past.map(({ clientId }) => [clientId, now] as const), ...before]);
}

/**
 * When one is to be said to be gone; undefined for who is here, and for who was never seen: not
 * every agent shows itself. What presence tells counts from `trustedFrom` on.
 */
export function goneFrom(leftAt: number | undefined, trustedFrom: number): number | undefined {
  return leftAt === undefined ? undefined : Math.max(leftAt, trustedFrom) + GRACE_MS;
}

/** Notes whose sign of life in a Run a message is; what people say into it is none. */
export function heard(
  before: Answerers,
  {
    name,
    clientId,
    serial,
    extras,
  }: Pick<InboundMessage, 'name' | 'clientId' | 'serial' | 'extras'>,
): Answerers {
  const ai = isObject(extras) && isObject(extras.ai) ? extras.ai : {};
  const runId = isObject(ai.transport) ? ai.transport[RUN_ID] : undefined;
  if (!name || !isSign(name) || typeof runId !== 'string' || !clientId || !serial) return before;
  const last = before.get(runId);
  if (last && last.serial >= serial) return before;
  return new Map(before).set(runId, { clientId, serial });
}

function isSign(name: string): boolean {
  return name === AI_OUTPUT || RUN_LIFECYCLE.has(name) || STEP_LIFECYCLE.has(name);
}
