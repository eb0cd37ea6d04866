import type { ShownMessage, ShownRun } from '../../shown/model';
import { nameOf } from '../names';
import { visibleName } from '../visible';

export interface Happening {
  readonly runId: string;
  readonly text: string;
}

const LONGEST_REASON = 200;

type Runs = ReadonlyMap<string, ShownRun>;

/**
 * What has become of Runs between two states that is worth calling somebody back for. Runs that older
 * history brings have ended before `since`, and are no news.
 */
export function happeningsOf(
  before: Runs,
  after: Runs,
  messages: readonly ShownMessage[],
  since: number,
): readonly Happening[] {
  if (before === after) return [];
  return [...after.values()].flatMap((run): Happening[] => {
    const known = before.get(run.runId);
    if (known?.status === run.status || run.status === 'active') return [];
    if (!known && (run.endedAt ?? run.startedAt ?? 0) < since) return [];
    return [{ runId: run.runId, text: textOf(run, messages) }];
  });
}

function textOf(run: ShownRun, messages: readonly ShownMessage[]): string {
  const whose = `The Run of ${nameOf(run.owner)}`;
  switch (run.status) {
    case 'suspended':
      return awaitsApproval(run, messages)
        ? `${whose} needs an approval.`
        : `${whose} waits for a person.`;
    case 'error':
      return `${whose} failed${run.error ? `: ${visibleName(run.error.message, LONGEST_REASON)}` : ''}.`;
    case 'cancelled':
      return `${whose} was stopped.`;
    default:
      return `${whose} is complete.`;
  }
}

function awaitsApproval(run: ShownRun, messages: readonly ShownMessage[]): boolean {
  return messages.some(
    (message) =>
      message.runId === run.runId &&
      message.parts.some((part) => part.kind === 'tool' && part.awaits === 'approval'),
  );
}
