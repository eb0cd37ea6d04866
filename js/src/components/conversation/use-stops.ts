import { type RefObject, useLayoutEffect } from 'react';

const STOPS = ':is(button, a[href], input, textarea, [tabindex])';
/** What waits for a person's word, and the words that they have begun. */
const ALWAYS = '.ait-ask *, .ait-editor *';
/** What the tab key would have of an element, in a message that has not the focus. */
const MARK = 'stop';

/**
 * Makes the conversation one stop of the tab key: what is in a message is on its way only while the message
 * has the focus. It is done to the elements themselves, as they come and go: nothing is drawn for it.
 */
export function useStops(scroller: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    let held = rowOf(element.ownerDocument.activeElement);
    const hold = (row: Element | null): void => {
      if (row === held) return;
      if (held) close(held);
      held = row;
      if (held) open(held);
    };
    const onFocus = (event: FocusEvent): void => hold(rowOf(event.target));
    const onBlur = (event: FocusEvent): void => hold(rowOf(event.relatedTarget));
    const tidy = (added: Node): void => {
      if (!(added instanceof Element)) return;
      const row = rowOf(added);
      if (row ? row !== held : added.querySelector('[data-row]')) close(added, held);
    };
    const observer = new MutationObserver((changes) => {
      for (const { addedNodes } of changes) for (const node of addedNodes) tidy(node);
    });
    close(element, held);
    observer.observe(element, { childList: true, subtree: true });
    element.addEventListener('focusin', onFocus);
    element.addEventListener('focusout', onBlur);
    return () => {
      observer.disconnect();
      element.removeEventListener('focusin', onFocus);
      element.removeEventListener('focusout', onBlur);
    };
  }, [scroller]);
}

function rowOf(target: EventTarget | null): Element | null {
  return target instanceof Element ? target.closest('[data-row]') : null;
}

/** Takes what is in rows out of the tab key's way, but for what is in `spared`. */
function close(within: Element, spared: Element | null = null): void {
  const inside = within.querySelectorAll<HTMLElement>(STOPS);
  for (const stop of within.matches(STOPS) ? [within as HTMLElement, ...inside] : inside) {
    const row = rowOf(stop);
    const isOfRow = row !== null && row !== stop && row !== spared;
    if (!isOfRow || stop.dataset[MARK] !== undefined || stop.matches(ALWAYS)) continue;
    stop.dataset[MARK] = stop.getAttribute('tabindex') ?? '';
    stop.tabIndex = -1;
  }
}

function open(row: Element): void {
  for (const stop of row.querySelectorAll<HTMLElement>(`[data-${MARK}]`)) {
    const before = stop.dataset[MARK];
    delete stop.dataset[MARK];
    if (before) stop.setAttribute('tabindex', before);
    else stop.removeAttribute('tabindex');
  }
}
