/** What tells without reading it whether a node may say something else than before. */

import { type Node, type RunNode, TERMINAL } from '../tree/nodes';
import type { RunStatus } from './model';

/** Another one whenever the node's messages may be others. */
export interface Stamp {
  readonly version: number;
  readonly count: number;
  readonly state: string | undefined;
  readonly status: string | undefined;
}

export function stampOf(node: Node): Stamp {
  const { records, version } = node.content;
  return {
    version,
    count: records.length,
    state: records.at(-1)?.state,
    status: node.isRun ? node.status : undefined,
  };
}

export function isSameStamp(one: Stamp | undefined, other: Stamp | undefined): boolean {
  return (
    one?.version === other?.version &&
    one?.count === other?.count &&
    one?.state === other?.state &&
    one?.status === other?.status
  );
}

/** Returns how a Run stands; an end for a reason that nobody knows is an end. */
export function statusOf(node: RunNode): RunStatus {
  const { status } = node;
  const isKnown = status === 'active' || status === 'suspended' || TERMINAL.has(status);
  return isKnown ? (status as RunStatus) : 'complete';
}
