/** Tool calls, in the words of the AI SDK, whatever codec they are from. */

import type { CallState, RunStatus, ToolPart } from './model';

const STATES: ReadonlySet<string> = new Set<CallState>([
  'input-streaming',
  'input-available',
  'approval-requested',
  'approval-responded',
  'output-available',
  'output-error',
  'output-denied',
]);

export function isCallState(value: unknown): value is CallState {
  return typeof value === 'string' && STATES.has(value);
}

/** Returns what only a person can say now about a call; nothing once its Run is over. */
export function awaited(
  state: CallState,
  status: RunStatus | undefined,
  isProviders: boolean,
): ToolPart['awaits'] {
  if (state === 'approval-requested') {
    return status === 'active' || status === 'suspended' ? 'approval' : undefined;
  }
  // While its agent works it may be running the tool itself.
  const isOpen = state === 'input-available' && status === 'suspended' && !isProviders;
  return isOpen ? 'answer' : undefined;
}
