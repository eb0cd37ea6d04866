import { createContext, useContext } from 'react';
import type { ConsoleActions, Permits, Problem } from '../../session/model';

/** What a person may do at what they see. */
export interface Acting {
  readonly actions: ConsoleActions;
  readonly permits: Permits;
  /** Whether what goes on is heard of. */
  readonly isLive: boolean;
}

export const ActingContext = createContext<Acting | undefined>(undefined);

/** Whether the Run that a message is from has ended, so that nothing more comes. */
export const RunIsOver = createContext(false);

export function useActing(): Acting {
  const acting = useContext(ActingContext);
  if (!acting) throw new Error('what acts stands inside of a Conversation');
  return acting;
}

/** What went wrong, and how to mend it. */
export function ProblemNote({ problem }: { problem: Problem | undefined }) {
  if (!problem) return null;
  return (
    <p className="ait-problem" role="alert">
      {problem.message}
      {problem.code === undefined ? null : ` (${problem.code})`}
      {problem.hint ? <span className="ait-faint"> {problem.hint}</span> : null}
    </p>
  );
}
