/** What the pointer is down on, and where that was on screen then. */
export interface Pressed {
  readonly element: Element;
  readonly top: number;
}

/** How far it has moved down since. */
export function movedBy({ element, top }: Pressed): number {
  return element.getBoundingClientRect().top - top;
}

/** Calls back once the pointer is let go, and what was pressed knows of it. */
export function whenLetGo(then: () => void): void {
  const listening = new AbortController();
  const onEnd = () => {
    listening.abort();
    setTimeout(then);
  };
  for (const end of ['pointerup', 'pointercancel', 'contextmenu'])
    window.addEventListener(end, onEnd, { capture: true, signal: listening.signal });
}

/** Whether a text within an element is marked, as by a press that was drawn over it. */
export function hasMarked(element: HTMLElement | null): boolean {
  const marked = element?.ownerDocument.getSelection();
  return marked?.isCollapsed === false && (element?.contains(marked.anchorNode) ?? false);
}
