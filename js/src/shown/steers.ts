/** What became of what people said into a Run. */

import { steersIn } from '../runs/steers';
import type { RunNode } from '../tree/nodes';
import { AI_OUTPUT } from '../wire/names';
import type { Ledger } from './ledger';
import type { ShownMessage } from './model';
import { statusOf } from './stamps';

/** Tells whether an answer took a user's message in, as far as that is known. */
export function steerOf(run: RunNode, messageId: string, ledger: Ledger): ShownMessage['steer'] {
  const isTakenUp =
    ledger.run(run.key)?.takenUp.has(messageId) ||
    run.content.records.some(
      (record) => record.name === AI_OUTPUT && steersIn(record.transport).includes(messageId),
    );
  if (isTakenUp) return 'consumed';
  const status = statusOf(run);
  return status === 'active' || status === 'suspended' ? 'unsettled' : 'not consumed';
}
