import { memo, type ReactElement } from 'react';
import type { Permit } from '../../session/model';
import type { ShownRun } from '../../shown/model';
import { Icon } from '../icons';
import { nameOf, runText } from '../words';

export interface RunsBarProps {
  readonly openRuns: readonly ShownRun[];
  readonly cancel: Permit;
  readonly onReveal: (run: ShownRun) => void;
  readonly onStop: (runId: string) => void;
}

/** The open Runs, where one of them would otherwise be out of sight. */
export const RunsBar = memo(function RunsBar(props: RunsBarProps): ReactElement | undefined {
  const { openRuns, cancel, onReveal, onStop } = props;
  const canStop = (run: ShownRun): boolean => cancel.allowed && run.cancel?.outcome !== 'asked';
  const isNeeded = openRuns.length > 1 || openRuns.some((run) => !run.isOnPath);
  if (!isNeeded) return undefined;
  return (
    <ul className="ait-runs" aria-label="Open Runs">
      {openRuns.map((run) => (
        <li
          key={run.runId}
          className="ait-run-chip"
          data-tone={toneOf(run)}
          data-path={run.isOnPath || undefined}
        >
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
            <span className="ait-quiet">{runText(run)}</span>
            {!run.isOnPath && <span className="ait-hidden">, on another branch</span>}
          </button>
          <button
            type="button"
            className="ait-run-chip-stop"
            aria-label={`Stop the Run of ${nameOf(run.owner)}`}
            title={cancel.allowed ? 'Stop' : cancel.why}
            aria-disabled={!canStop(run) || undefined}
            onClick={canStop(run) ? () => onStop(run.runId) : undefined}
          >
            <Icon name="stop" />
          </button>
        </li>
      ))}
    </ul>
  );
});

function toneOf(run: ShownRun): 'good' | 'busy' | 'bad' | 'accent' {
  if (run.cancel && run.cancel.outcome !== 'asked') return 'bad';
  if (run.status === 'suspended') return 'busy';
  if (run.health?.verdict === 'crashed') return 'bad';
  return run.health?.verdict === 'stalled' ? 'busy' : 'accent';
}
