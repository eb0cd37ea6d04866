import { useCallback, useEffect, useRef, useState } from 'react';
import type { Problem } from '../session/model';
import { problemOf } from './words';

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
