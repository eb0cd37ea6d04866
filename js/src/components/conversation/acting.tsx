import { createContext, useCallback, useContext, useEffect, useRef, useState } from 'react';
import type { ConsoleActions, Permit, Permits, Problem } from '../../session/model';
import { problemOf } from '../words';

/** What a person may do at what they see. */
export interface Acting {
  readonly actions: ConsoleActions;
  readonly permits: Permits;
}

export const ActingContext = createContext<Acting | undefined>(undefined);

/** Whether the Run that a message is from has ended, so that nothing more comes. */
export const RunIsOver = createContext(false);

export function useActing(): Acting {
  const acting = useContext(ActingContext);
  if (!acting) throw new Error('what acts stands inside of a Conversation');
  return acting;
}

/** The attributes of a button whose action may not be allowed: it says why, and stays in reach. */
export function permitted(permit: Permit, label?: string) {
  if (permit.allowed) return label ? { title: label, 'aria-label': label } : {};
  return {
    'aria-disabled': true,
    title: permit.why,
    'aria-label': label ? `${label} (not possible: ${permit.why})` : undefined,
  };
}

export interface Doing {
  readonly isPending: boolean;
  readonly problem: Problem | undefined;
  /** Starts it, unless it is going on; resolves to whether it was done. */
  run(work: () => Promise<void>): Promise<boolean>;
  forget(): void;
}

/** One thing that a person does: whether it is on its way, and why it did not come about. */
export function useDoing(): Doing {
  const [isPending, setPending] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const isBusy = useRef(false);
  const isThere = useRef(true);
  useEffect(() => {
    isThere.current = true;
    return () => {
      isThere.current = false;
    };
  }, []);
  const run = useCallback(async (work: () => Promise<void>) => {
    if (isBusy.current) return false;
    isBusy.current = true;
    setPending(true);
    setProblem(undefined);
    try {
      await work();
      return true;
    } catch (error) {
      if (isThere.current) setProblem(problemOf(error));
      return false;
    } finally {
      isBusy.current = false;
      if (isThere.current) setPending(false);
    }
  }, []);
  const forget = useCallback(() => setProblem(undefined), []);
  return { isPending, problem, run, forget };
}

/** What went wrong, and how to mend it. */
export function ProblemNote({ problem }: { problem: Problem | undefined }) {
  if (!problem) return null;
  return (
    <p className="ait-problem" role="alert">
      {problem.message}
      {problem.code === undefined ? null : ` (${problem.code})`}
      {problem.hint ? <span className="ait-problem-hint"> {problem.hint}</span> : null}
    </p>
  );
}
