import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react';

interface Keeper {
  readonly values: Map<string, unknown>;
  readonly scope: string;
}

const Kept = createContext<Keeper | undefined>(undefined);

interface KeepAllProps {
  /** Lasts as long as what is kept is to last. */
  readonly values: Map<string, unknown>;
  readonly children: ReactNode;
}

/** Holds what a person has opened or typed in a list that lets go of what is out of sight. */
export function KeepAll({ values, children }: KeepAllProps) {
  const keeper = useMemo<Keeper>(() => ({ values, scope: '' }), [values]);
  return <Kept value={keeper}>{children}</Kept>;
}

/** Names kept below it are its own. */
export function KeepScope({ name, children }: { name: string; children: ReactNode }) {
  const outer = useContext(Kept);
  const keeper = useMemo(
    () => outer && { values: outer.values, scope: `${outer.scope}/${name}` },
    [outer, name],
  );
  return <Kept value={keeper}>{children}</Kept>;
}

/** As `useState`, and still there after its message was out of sight. `undefined` lets go of it. */
export function useKept<T>(name: string, initial: T): [T, (value: T) => void] {
  const keeper = useContext(Kept);
  const key = `${keeper?.scope}/${name}`;
  const [value, setValue] = useState<T>(() =>
    keeper?.values.has(key) ? (keeper.values.get(key) as T) : initial,
  );
  const keep = useCallback(
    (next: T) => {
      if (next === undefined) keeper?.values.delete(key);
      else keeper?.values.set(key, next);
      setValue(next);
    },
    [keeper, key],
  );
  return [value, keep];
}
