import { type CSSProperties, memo, type ReactElement, useId, useRef, useState } from 'react';
import type { Permit } from '../../session/model';
import type { ShownRun } from '../../shown/model';
import { counted } from '../format';
import { useSize } from '../hooks';
import { Icon } from '../icons';
import { RunChip } from './run-chip';
import { columnsIn, placesIn, urgentFirst } from './runs-layout';

export interface RunsBarProps {
  readonly openRuns: readonly ShownRun[];
  readonly cancel: Permit;
  readonly onReveal: (run: ShownRun) => void;
  readonly onStop: (runId: string) => void;
}

/** The open Runs, where one of them would otherwise be out of sight. */
export const RunsBar = memo(function RunsBar(props: RunsBarProps): ReactElement | undefined {
  const { openRuns } = props;
  const isNeeded = openRuns.length > 1 || openRuns.some((run) => !run.isOnPath);
  return isNeeded ? <Bar {...props} /> : undefined;
});

/** As many as have a place in it; all of them, where one asks for the rest. */
function Bar({ openRuns, cancel, onReveal, onStop }: RunsBarProps): ReactElement {
  const bar = useRef<HTMLDivElement>(null);
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const columns = columnsIn(useSize(bar)?.width ?? 0);
  const runs = urgentFirst(openRuns);
  const more = runs.length - placesIn(columns);
  return (
    <div className="ait-runs" ref={bar}>
      {more > 0 && (
        <div className="ait-runs-head">
          <span>{counted(runs.length, 'open Run')}</span>
          <button
            type="button"
            className="ait-runs-more"
            aria-expanded={isOpen}
            aria-controls={id}
            onClick={() => setOpen(!isOpen)}
          >
            {isOpen ? 'Fewer' : `${more} more`}
            <Icon name={isOpen ? 'down' : 'up'} />
          </button>
        </div>
      )}
      <ul
        id={id}
        className="ait-runs-list"
        aria-label="Open Runs"
        style={{ '--ait-columns': columns } as CSSProperties}
      >
        {(isOpen ? runs : runs.slice(0, placesIn(columns))).map((run) => (
          <RunChip key={run.runId} run={run} cancel={cancel} onReveal={onReveal} onStop={onStop} />
        ))}
      </ul>
    </div>
  );
}
