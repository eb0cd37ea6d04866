import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';

/** As long as it takes to see that something else is under the pointer now. */
export const REST_MS = 700;

interface Rest {
  readonly isOn: boolean;
  begin(): void;
}

const Resting = createContext<Rest>({ isOn: false, begin: () => {} });

/**
 * Within it nothing is decided in the moment after a call was. What stood below that call moves up, and a press that
 * was meant for the one that has gone would decide the next.
 */
export function RestScope({ children }: { readonly children: ReactNode }) {
  const [isOn, setOn] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const begin = useCallback(() => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setOn(false), REST_MS);
    setOn(true);
  }, []);
  useEffect(() => () => clearTimeout(timer.current), []);
  const rest = useMemo(() => ({ isOn, begin }), [isOn, begin]);
  return <Resting value={rest}>{children}</Resting>;
}

/** Whether it is no time to decide. */
export function useIsResting(): boolean {
  return useContext(Resting).isOn;
}

/** Begins a rest as soon as a call waits for nobody any more. */
export function useRestAfter(isWaiting: boolean): void {
  const { begin } = useContext(Resting);
  const before = useRef(isWaiting);
  useLayoutEffect(() => {
    if (before.current && !isWaiting) begin();
    before.current = isWaiting;
  }, [isWaiting, begin]);
}
