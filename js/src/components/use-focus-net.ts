import { type RefObject, useEffect } from 'react';

/**
 * Catches the focus when what had it is taken away and nothing else asks for it. Left to itself it
 * would fall out of the console, and the next key would be for the notebook.
 */
export function useFocusNet(frame: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    let focused: Element | undefined;
    const onFocus = (event: FocusEvent): void => {
      focused = event.target instanceof Element ? event.target : undefined;
    };
    const observer = new MutationObserver(() => {
      if (!focused || focused.isConnected) return;
      focused = undefined;
      const { activeElement, body } = element.ownerDocument;
      if (activeElement === null || activeElement === body) element.focus({ preventScroll: true });
    });
    element.addEventListener('focusin', onFocus);
    observer.observe(element, { childList: true, subtree: true });
    return () => {
      element.removeEventListener('focusin', onFocus);
      observer.disconnect();
    };
  }, [frame]);
}
