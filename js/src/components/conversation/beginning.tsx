import type { HistoryState } from '../../session/model';
import { Button } from '../button';

interface BeginningProps {
  readonly history: HistoryState;
  readonly load: () => void;
}

/** What stands before the oldest message: more to load, or why there is no more. */
export function Beginning({ history, load }: BeginningProps) {
  return <div className="ait-beginning">{contentsOf(history, load)}</div>;
}

function contentsOf(history: HistoryState, load: () => void) {
  if (history.isLoadingOlder) {
    return (
      <p role="status">
        <span className="ait-beginning-bar" aria-hidden="true" />
        Loading older messages…
      </p>
    );
  }
  if (history.problem) {
    return (
      <>
        <p role="alert" title={history.problem.hint}>
          Older messages could not be loaded: {history.problem.message}
        </p>
        <Button onClick={load}>Try again</Button>
      </>
    );
  }
  // The tab key would scroll to it, which loads them: each press would have it come and go.
  if (history.hasOlder) {
    return (
      <Button tabIndex={-1} onClick={load}>
        Load older messages
      </Button>
    );
  }
  if (history.isBeginningMissing) return <p>The beginning of this session is gone (retention)</p>;
  return history.phase === 'ready' ? <p>Beginning of the session</p> : null;
}
