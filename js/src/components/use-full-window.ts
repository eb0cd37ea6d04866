import { type KeyboardEvent, type RefObject, useLayoutEffect } from 'react';

const STOPS =
  'button:not([disabled]), [href], input:not([disabled]), textarea:not([disabled]), select:not([disabled]), [tabindex="0"]';

/**
 * Lays the console over the whole window. It goes to the browser's top layer, where no ancestor's
 * transform, containment or overflow can hold it; nothing is moved in the document, so the focus and
 * every place that was scrolled to stay.
 */
export function useFullWindow(root: RefObject<HTMLElement | null>, isFull: boolean): void {
  useLayoutEffect(() => {
    const element = root.current;
    if (!element || !isFull || !('showPopover' in element)) return;
    keepingFocus(element, () => {
      element.popover = 'manual';
      element.showPopover();
    });
    return () =>
      keepingFocus(element, () => {
        if (element.isConnected && element.matches(':popover-open')) element.hidePopover();
        element.removeAttribute('popover');
      });
  }, [root, isFull]);
}

/** Keeps the tab key from walking into what is covered. */
export function keepTabInside(event: KeyboardEvent, root: HTMLElement): void {
  if (event.key !== 'Tab') return;
  const stops = [...root.querySelectorAll<HTMLElement>(STOPS)].filter(
    (stop) => stop.getClientRects().length > 0 && getComputedStyle(stop).visibility === 'visible',
  );
  const [first, last] = [stops[0], stops.at(-1)];
  const from = root.ownerDocument.activeElement;
  const to = event.shiftKey ? (from === first || from === root) && last : from === last && first;
  if (!to) return;
  event.preventDefault();
  to.focus();
}

function keepingFocus(root: HTMLElement, change: () => void): void {
  const focused = root.ownerDocument.activeElement;
  change();
  if (focused instanceof HTMLElement && root.contains(focused)) {
    focused.focus({ preventScroll: true });
  }
}
