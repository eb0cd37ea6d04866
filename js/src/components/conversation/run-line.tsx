import { memo, useId } from 'react';
import type { ShownRun } from '../../shown/model';
import { IconButton } from '../button';
import { useNow } from '../hooks';
import { useActing } from './acting';
import { useKept } from './kept';
import { RunActions } from './run-actions';
import { RunDetails } from './run-details';
import { cancelText, figuresOf, runShown, UNHEARD } from './run-text';
import { PlainName } from './who';

interface RunLineProps {
  readonly run: ShownRun;
  readonly waitsFor: string | undefined;
  /** The composer has what one may do about it. */
  readonly isSpokenTo: boolean;
}

/** One line on a Run: where it stands, its figures, and what one may do about it. */
export const RunLine = memo(function RunLine({ run, waitsFor, isSpokenTo }: RunLineProps) {
  const [isOpen, setOpen] = useKept('details', false);
  const { isLive } = useActing();
  // How long a Run takes of which nobody hears, nobody knows.
  const isHeard = isLive || run.status !== 'active';
  const now = useNow(1000, run.status === 'active' && isHeard);
  const { tone, status } = isHeard ? runShown(run, waitsFor) : UNHEARD;
  const cancel = cancelText(run);
  const id = useId();
  return (
    <div className="ait-run" data-tone={tone} data-open={isOpen || undefined}>
      <div className="ait-run-line">
        <div className="ait-run-main">
          <span className="ait-dot" data-tone={tone} aria-hidden="true" />
          <span className="ait-run-words">
            <span className="ait-run-status" dir="auto">
              {status}
            </span>
            {(isHeard ? figuresOf(run, now) : []).map((figure) => (
              <span key={figure} className="ait-run-figure">
                {figure}
              </span>
            ))}
            <span className="ait-run-figure ait-run-who">
              {run.answerer ? (
                <>
                  <PlainName author={run.answerer} wrote="assistant" /> for{' '}
                </>
              ) : (
                'asked by '
              )}
              <PlainName author={run.owner} />
            </span>
          </span>
          <IconButton
            icon={isOpen ? 'down' : 'right'}
            label={isOpen ? 'Hide the details of this Run' : 'Show the details of this Run'}
            aria-expanded={isOpen}
            aria-controls={id}
            onClick={() => setOpen(!isOpen)}
          />
        </div>
        {isSpokenTo ? null : <RunActions run={run} />}
      </div>
      {cancel ? (
        <p className="ait-run-cancel" data-outcome={run.cancel?.outcome}>
          {cancel}
        </p>
      ) : null}
      <div id={id} hidden={!isOpen}>
        {isOpen ? <RunDetails run={run} now={now} /> : null}
      </div>
    </div>
  );
});
