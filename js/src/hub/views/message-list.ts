import { sizeText } from '../../components/format';
import { visibleText } from '../../components/visible';
import { h, showText, walkWithArrows } from '../dom';
import { clip, clockText, dataKind, dataSize, dataText } from '../format';
import type { Row } from '../rows';

const SHOWN_CHARACTERS = 4_000;
const NEAR_THE_END = 48;

interface Parts {
  readonly item: HTMLLIElement;
  readonly button: HTMLButtonElement;
  readonly name: HTMLElement;
  readonly client: HTMLElement;
  readonly mark: HTMLElement;
  readonly size: HTMLElement;
  readonly time: HTMLElement;
  readonly body: HTMLElement;
  readonly more: HTMLElement;
}

/** The rows of one channel, oldest first; it follows the newest while one looks at the newest. */
export class MessageList {
  readonly element: HTMLElement;
  readonly #list = h('ol', { class: 'messages', 'aria-label': 'Messages' });
  readonly #parts = new Map<string, Parts>();
  readonly #pick: (key: string) => void;
  readonly #newest: HTMLButtonElement;
  #picked: string | undefined;
  #follows = true;

  constructor(top: HTMLElement, pick: (key: string) => void) {
    this.#pick = pick;
    walkWithArrows(this.#list);
    const scroller = h('div', { class: 'scroller', scroll: () => this.#onScroll() }, top);
    scroller.append(this.#list);
    this.#newest = h(
      'button',
      { type: 'button', class: 'newest', hidden: true, click: () => this.toNewest() },
      'Go to the newest ↓',
    );
    // Rows change their height when they come into view, and all of them when the width changes.
    const sizes = new ResizeObserver(() => this.#follows && this.toNewest());
    sizes.observe(scroller);
    sizes.observe(this.#list);
    this.element = h('div', { class: 'stream' }, scroller, this.#newest);
  }

  get follows(): boolean {
    return this.#follows;
  }

  /** Brings the rows with these keys up to date; `rows` is the whole order that they stand in. */
  draw(rows: readonly Row[], changed: ReadonlySet<string>): void {
    const { scrollHeight, scrollTop } = this.#scroller;
    let after: Element | null = null;
    let grewAbove = false;
    for (let place = rows.length - 1; place >= 0; place -= 1) {
      const row = rows[place];
      if (!row) continue;
      const known = this.#parts.get(row.key);
      if (!known || changed.has(row.key)) {
        const parts = known ?? this.#add(row.key, after);
        grewAbove ||= !known && after !== null;
        fill(parts, row);
      }
      after = this.#parts.get(row.key)?.item ?? after;
    }
    if (this.#follows) this.toNewest();
    else if (grewAbove) {
      this.#scroller.scrollTop = scrollTop + this.#scroller.scrollHeight - scrollHeight;
    }
  }

  drop(keys: Iterable<string>): void {
    for (const key of keys) {
      this.#parts.get(key)?.item.remove();
      this.#parts.delete(key);
    }
  }

  clear(): void {
    this.drop([...this.#parts.keys()]);
  }

  mark(key: string | undefined): void {
    if (this.#picked) this.#parts.get(this.#picked)?.button.removeAttribute('aria-current');
    this.#picked = key;
    if (key) this.#parts.get(key)?.button.setAttribute('aria-current', 'true');
  }

  focus(key: string): void {
    this.#parts.get(key)?.button.focus();
  }

  toNewest(): void {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }

  get #scroller(): HTMLElement {
    return this.#list.parentElement ?? this.#list;
  }

  #onScroll(): void {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    this.#follows = scrollHeight - scrollTop - clientHeight < NEAR_THE_END;
    this.#newest.hidden = this.#follows;
  }

  #add(key: string, after: Element | null): Parts {
    const name = h('bdi', { class: 'name' });
    const client = h('bdi', { class: 'client' });
    const mark = h('span', { class: 'mark' });
    const size = h('span', { class: 'muted size' });
    const time = h('span', { class: 'muted time' });
    const body = h('span', { class: 'body', dir: 'auto' });
    const more = h('span', { class: 'muted more' });
    const head = h('span', { class: 'head' }, name, client, mark, size, time);
    const button = h('button', { type: 'button', click: () => this.#pick(key) }, head, body, more);
    const item = h('li', {}, button);
    this.#list.insertBefore(item, after);
    const parts = { item, button, name, client, mark, size, time, body, more };
    this.#parts.set(key, parts);
    return parts;
  }
}

function fill(parts: Parts, row: Row): void {
  const { text, hidden } = clip(dataText(row.data), SHOWN_CHARACTERS);
  const kind = dataKind(row.data);
  showText(parts.name, visibleText(row.name) || 'no name');
  parts.name.classList.toggle('absent', !row.name);
  showText(parts.client, visibleText(row.clientId));
  showText(parts.mark, markOf(row));
  showText(parts.size, sizeText(dataSize(row.data)));
  showText(parts.time, clockText(row.timestamp, Date.now()));
  showText(parts.body, text);
  showText(parts.more, hidden ? `${hidden.toLocaleString('en')} more characters` : '');
  parts.button.dataset.state = row.state;
  parts.button.dataset.kind = kind;
}

function markOf(row: Row): string {
  if (row.state === 'deleted') return 'deleted';
  if (row.partial) return 'beginning not seen';
  return row.state === 'changed' ? 'changed' : '';
}
