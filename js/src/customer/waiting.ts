/** Whether what was asked for waits for an agent to take it up. */

import type { ClientRun, RunInfo } from '@ably/ai-transport/react';
import type { VercelInput } from '@ably/ai-transport/vercel';
import type { UIMessage } from 'ai';

export type Run = ClientRun<VercelInput, UIMessage>;

export interface Asked {
  readonly run: Pick<Run, 'runId' | 'cancel'>;
  /** The Run that is to go on with it; undefined where a new one is to begin. */
  readonly into: string | undefined;
}

/**
 * The SDK gives what was asked the id of its Run when an agent begins or resumes that, and calls it
 * active until then. If the Run has meanwhile ended otherwise, nothing is to come any more.
 */
export function isWaiting(
  { run, into }: Asked,
  statusOf: (runId: string) => RunInfo['status'] | undefined,
): boolean {
  return run.runId === '' && (into === undefined || statusOf(into) === 'suspended');
}
