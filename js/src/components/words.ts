/** How the frame says things. */

import { Failure, type Problem } from '../session/model';
import type { GraphNode, RunStatus, ShownRun } from '../shown/model';
import { runningText } from './format';
import { nameOf } from './names';
import { visibleName } from './visible';

const STATUS_WORDS: Readonly<Record<RunStatus, string>> = {
  active: 'answering',
  suspended: 'waits for a person',
  complete: 'complete',
  cancelled: 'stopped',
  error: 'failed',
};

export function statusText(status: RunStatus): string {
  return STATUS_WORDS[status];
}

/** Where an open Run stands, with what is unusual about it first. */
export function runText(run: ShownRun): string {
  if (run.status === 'active' && run.health?.verdict === 'crashed') return 'its agent has gone';
  if (run.cancel?.outcome === 'refused') return 'refused to stop';
  if (run.cancel?.outcome === 'ignored') return 'did not stop when asked';
  if (run.cancel?.outcome === 'asked') return 'stopping';
  if (run.status !== 'active' || !run.health) return statusText(run.status);
  if (run.health.verdict === 'stalled') return `silent for ${runningText(run.health.silentMs)}`;
  return statusText('active');
}

export function nodeText(node: GraphNode): string {
  const what = node.status ? `reply, ${statusText(node.status)}` : 'message';
  const version = node.version
    ? `, version ${node.version.index + 1} of ${node.version.count}`
    : '';
  const label = visibleName(node.label, node.label.length) || 'nothing said yet';
  return `${label}. ${nameOf(node.author)}, ${what}${version}`;
}

/** What an action that was refused says. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Failure) {
    return {
      message: error.message,
      ...(error.code !== undefined && { code: error.code }),
      ...(error.hint !== undefined && { hint: error.hint }),
    };
  }
  return { message: error instanceof Error ? error.message : String(error) };
}
