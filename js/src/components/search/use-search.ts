import { useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import type { ConsoleActions, HistoryState, Problem } from '../../session/model';
import type { Found } from '../../shown/model';
import { useThrottled } from '../hooks';
import { useDoing } from '../use-doing';

const CALM_MS = 1_000;

export interface Searching {
  readonly words: string;
  readonly found: readonly Found[];
  readonly place: number;
  readonly isLoadingAll: boolean;
  readonly problem: Problem | undefined;
  setWords(words: string): void;
  move(by: number): void;
  loadAll(): void;
  stopLoading(): void;
}

/** What was searched for, what was found, and the place in it. */
export function useSearch(actions: ConsoleActions, history: HistoryState): Searching {
  const [words, setWords] = useState('');
  const [place, setPlace] = useState(0);
  const { isPending: isLoadingAll, problem, run } = useDoing();
  const loading = useRef<AbortController>(undefined);
  const wanted = useDeferredValue(words.trim());
  const read = useThrottled(history.read, CALM_MS);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what has been read meanwhile may match too.
  const found = useMemo(() => (wanted ? actions.search(wanted) : []), [actions, wanted, read]);
  useEffect(() => () => loading.current?.abort(), []);
  const loadAll = async (): Promise<void> => {
    const controller = new AbortController();
    loading.current = controller;
    const { signal } = controller;
    await actions.loadAll(signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  };
  return {
    words,
    found,
    place: Math.min(place, Math.max(0, found.length - 1)),
    isLoadingAll,
    problem,
    setWords: (next) => {
      setWords(next);
      setPlace(0);
    },
    move: (by) => setPlace((before) => Math.max(0, Math.min(before + by, found.length - 1))),
    loadAll: () => void run(loadAll),
    stopLoading: () => loading.current?.abort(),
  };
}
