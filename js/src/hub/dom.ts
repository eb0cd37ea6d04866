/**
 * The only maker of elements. Text goes in as text nodes and attribute names are ours, so what a
 * message contains cannot become markup.
 */

type Child = Node | string | undefined;
type Attributes = Record<string, string | boolean | undefined | ((event: never) => void)>;

export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') {
      element.addEventListener(name, value as (event: Event) => void);
    } else if (typeof value === 'boolean') {
      element.toggleAttribute(name, value);
    } else if (value !== undefined) {
      element.setAttribute(name, value);
    }
  }
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

/** Shows a text, adding to the text node that is there where it only grew. */
export function showText(element: HTMLElement, text: string): void {
  const node = element.firstChild;
  if (node instanceof Text && node.data !== '' && text.startsWith(node.data)) {
    if (text.length > node.length) node.appendData(text.slice(node.length));
  } else {
    element.textContent = text;
  }
}

/** Lets the arrow keys, Home and End walk over the buttons of a list. */
export function walkWithArrows(list: HTMLElement): void {
  list.addEventListener('keydown', (event) => {
    const stops = [...list.querySelectorAll<HTMLElement>('button:not([hidden])')];
    const here = stops.indexOf(document.activeElement as HTMLElement);
    const places: Record<string, number> = {
      ArrowDown: here + 1,
      ArrowUp: here - 1,
      Home: 0,
      End: stops.length - 1,
    };
    const place = places[event.key];
    if (place === undefined || here < 0) return;
    event.preventDefault();
    stops[place]?.focus();
  });
}

/** A button that copies; where the browser forbids that, it selects the text to be copied by hand. */
export function copyButton(label: string, text: () => string, shown?: HTMLElement): HTMLElement {
  const button = h('button', { type: 'button', class: 'quiet', click: () => void copy() }, label);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text());
      button.textContent = 'Copied';
    } catch {
      if (shown) getSelection()?.selectAllChildren(shown);
      button.textContent = shown ? 'Press Ctrl+C' : 'Not allowed';
    }
    setTimeout(() => {
      button.textContent = label;
    }, 2_000);
  };
  return button;
}
