import { useCallback, useMemo, useState } from 'react';
import type { ConsoleActions, Notice } from '../../session/model';
import { counted } from '../format';
import { problemOf } from '../words';

export interface Notices {
  readonly all: readonly Notice[];
  dismiss(id: number): void;
  tell(notice: Omit<Notice, 'id'>): void;
  /** Says so if what was begun fails. */
  attempt(what: Promise<unknown>): void;
  /** As `attempt`, and says how many Runs were asked to end. */
  attemptStops(what: Promise<number>): void;
}

/** The session's notices, and those of this screen alone, whose ids are below zero. */
export function useNotices(fromSession: readonly Notice[], actions: ConsoleActions): Notices {
  const [own, setOwn] = useState<readonly Notice[]>([]);
  const tell = useCallback((notice: Omit<Notice, 'id'>): void => {
    setOwn((before) => [
      ...before,
      { ...notice, id: Math.min(0, ...before.map(({ id }) => id)) - 1 },
    ]);
  }, []);
  const fail = useCallback(
    (error: unknown): void => {
      const { message, hint } = problemOf(error);
      tell({ tone: 'error', text: message, ...(hint !== undefined && { hint }) });
    },
    [tell],
  );
  const dismiss = useCallback(
    (id: number): void => {
      if (id < 0) setOwn((before) => before.filter((notice) => notice.id !== id));
      else actions.dismiss(id);
    },
    [actions],
  );
  return useMemo(
    () => ({
      all: [...fromSession, ...own],
      dismiss,
      tell,
      attempt: (what) => void what.catch(fail),
      attemptStops: (what) =>
        void what.then(
          (count) =>
            tell({
              tone: 'info',
              text: count ? `Asked ${counted(count, 'Run')} to stop.` : 'There was no Run to stop.',
            }),
          fail,
        ),
    }),
    [fromSession, own, dismiss, tell, fail],
  );
}
