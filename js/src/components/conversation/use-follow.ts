import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { hasMarked, movedBy, type Pressed, whenLetGo } from './press';

const NEAR = 48;

export interface Follow {
  /** The reader has gone up, away from what is being said. */
  readonly isAway: boolean;
  /** Whether it stays at the end, as of now. */
  isFollowing(): boolean;
  /** Call it on each scroll. */
  onScroll(): void;
  /** Call it when anything may have grown. */
  onGrow(): void;
  /** Call it when a press begins: what is pressed stays under the pointer until it is let go. */
  onPress(event: PointerEvent): void;
  /** Goes to the end, and stays there. */
  toEnd(): void;
  /** Stays where it is, whatever is said. */
  letGo(): void;
}

/** Stays at the end of what scrolls for as long as its reader does. */
export function useFollow(scroller: RefObject<HTMLElement | null>): Follow {
  const [isAway, setAway] = useState(false);
  const isFollowing = useRef(true);
  const lastTop = useRef(0);
  const pressed = useRef<Pressed>(undefined);
  const set = useCallback(
    (follows: boolean) => {
      isFollowing.current = follows;
      // Where all is in sight, there is nowhere to go back to.
      setAway(!follows && below(scroller.current) > NEAR);
    },
    [scroller],
  );
  const onGrow = useCallback(() => {
    const element = scroller.current;
    if (!element) return;
    if (!isFollowing.current) return set(false);
    if (pressed.current?.element.isConnected) element.scrollTop += movedBy(pressed.current);
    else element.scrollTop = element.scrollHeight;
    lastTop.current = element.scrollTop;
  }, [scroller, set]);
  const onPress = useCallback(
    ({ target, button }: PointerEvent) => {
      // Of a press on the bar that scrolls, the end is not told.
      if (!(target instanceof Element) || target === scroller.current || button !== 0) return;
      pressed.current = { element: target, top: target.getBoundingClientRect().top };
      whenLetGo(() => {
        pressed.current = undefined;
        // Whoever has marked a text wants to have it in sight.
        if (hasMarked(scroller.current)) set(false);
        else onGrow();
      });
    },
    [scroller, set, onGrow],
  );
  const onScroll = useCallback(() => {
    const element = scroller.current;
    if (!element || isHidden(element)) return;
    const went = element.scrollTop - lastTop.current;
    // Whoever goes by a pixel goes on; what is rounded does not.
    if (Math.abs(went) < 1) return;
    // Going up lets go of the end, and be it by little; what shrinks goes up, too, and is at its end.
    if (went < 0 && below(element) >= 1) set(false);
    else if (went > 0 && below(element) <= NEAR) set(true);
    lastTop.current = element.scrollTop;
  }, [scroller, set]);
  const toEnd = useCallback(() => {
    set(true);
    onGrow();
  }, [set, onGrow]);
  const letGo = useCallback(() => set(false), [set]);
  useShownAgain(scroller);
  return {
    isAway,
    isFollowing: () => isFollowing.current,
    onScroll,
    onGrow,
    onPress,
    toEnd,
    letGo,
  };
}

/** Tells whoever follows the scrolling where it is, after they were told that a hidden element is at 0. */
function useShownAgain(scroller: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    let frame = 0;
    const tell = () => {
      if (!isHidden(element)) element.dispatchEvent(new Event('scroll'));
    };
    const onScroll = () => {
      cancelAnimationFrame(frame);
      // A notebook hides it for less than a frame while it changes its theme.
      if (isHidden(element)) frame = requestAnimationFrame(tell);
    };
    const observer = new ResizeObserver(tell);
    observer.observe(element);
    element.addEventListener('scroll', onScroll);
    return () => {
      cancelAnimationFrame(frame);
      observer.disconnect();
      element.removeEventListener('scroll', onScroll);
    };
  }, [scroller]);
}

export function isHidden(element: HTMLElement): boolean {
  return element.clientHeight === 0;
}

/** How much there is below what is in sight. */
function below(element: HTMLElement | null): number {
  return element ? element.scrollHeight - element.clientHeight - element.scrollTop : 0;
}
