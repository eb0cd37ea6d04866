import { useCallback, useState } from 'react';

export interface Notice {
  readonly id: number;
  readonly text: string;
}

export interface Notices {
  readonly all: readonly Notice[];
  tell(error: unknown): void;
  dismiss(id: number): void;
}

const MOST = 3;

/** What went wrong, until it is dismissed; the newest few. */
export function useNotices(): Notices {
  const [all, setAll] = useState<readonly Notice[]>([]);
  const tell = useCallback((error: unknown): void => {
    const text = error instanceof Error ? error.message : String(error);
    setAll((before) => {
      if (before.at(-1)?.text === text) return before;
      return [...before, { id: (before.at(-1)?.id ?? 0) + 1, text }].slice(-MOST);
    });
  }, []);
  const dismiss = useCallback(
    (id: number): void => setAll((before) => before.filter((notice) => notice.id !== id)),
    [],
  );
  return { all, tell, dismiss };
}
