import type { ReactElement } from 'react';
import type { Permit } from '../../session/model';
import type { ShownRun } from '../../shown/model';
import { Icon } from '../icons';
import { nameOf } from '../names';
import { runText } from '../words';
import { stoppingOf } from './stopping';

export interface RunChipProps {
  readonly run: ShownRun;
  readonly cancel: Permit;
  readonly onReveal: (run: ShownRun) => void;
  readonly onStop: (runId: string) => void;
}

/** One open Run: a press goes to it, and another stops it. */
export function RunChip({ run, cancel, onReveal, onStop }: RunChipProps): ReactElement {
  const { isPossible, title } = stoppingOf(run, cancel);
  return (
    <li className="ait-run-chip" data-tone={toneOf(run)} data-path={run.isOnPath || undefined}>
      <button
        type="button"
        className="ait-run-chip-words"
        title={run.isOnPath ? 'Go to this Run' : 'On another branch: go there'}
        onClick={() => onReveal(run)}
      >
        <span className="ait-dot" data-tone={toneOf(run)} aria-hidden="true" />
        <bdi className="ait-strong">{nameOf(run.owner)}</bdi>
        {run.answerer && (
          <>
            <span aria-hidden="true">→</span>
            <bdi>{nameOf(run.answerer)}</bdi>
          </>
        )}
        <span className="ait-run-chip-state">{runText(run)}</span>
        {!run.isOnPath && <span className="ait-unseen">, on another branch</span>}
      </button>
      <button
        type="button"
        className="ait-run-chip-stop"
        aria-label={`Stop the Run of ${nameOf(run.owner)}`}
        title={title}
        aria-disabled={!isPossible || undefined}
        onClick={isPossible ? () => onStop(run.runId) : undefined}
      >
        <Icon name="stop" />
      </button>
    </li>
  );
}

function toneOf(run: ShownRun): 'busy' | 'warn' | 'bad' {
  if (run.cancel && run.cancel.outcome !== 'asked') return 'bad';
  if (run.status === 'suspended') return 'warn';
  if (run.health?.verdict === 'crashed') return 'bad';
  return run.health?.verdict === 'stalled' ? 'warn' : 'busy';
}
