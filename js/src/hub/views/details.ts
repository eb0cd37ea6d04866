import { sizeText } from '../../components/format';
import { visibleText } from '../../components/visible';
import { copyButton, h } from '../dom';
import { clip, dataKind, dataSize, dataText, dateText, prettyJson } from '../format';
import type { Row } from '../rows';

const SHOWN_CHARACTERS = 200_000;

/** Everything that is known of one message. */
export class Details {
  readonly element: HTMLElement;
  readonly #content = h('div', { class: 'content' });
  readonly #close: HTMLButtonElement;
  #row: Row | undefined;

  constructor(close: () => void) {
    this.#close = h('button', { type: 'button', class: 'quiet', click: close }, 'Close');
    this.element = h(
      'aside',
      { 'aria-label': 'Message details', hidden: true },
      h(
        'div',
        { class: 'tools' },
        h('h2', {}, 'Message'),
        copyButton('Copy as JSON', () => prettyJson(this.#row)),
        this.#close,
      ),
      this.#content,
    );
  }

  get key(): string | undefined {
    return this.#row?.key;
  }

  show(row: Row | undefined): void {
    this.#row = row;
    this.element.hidden = !row;
    if (!row) return;
    const facts = h('dl');
    for (const [name, value] of factsOf(row)) {
      if (value) facts.append(h('dt', {}, name), h('dd', {}, h('bdi', {}, value)));
    }
    this.#content.replaceChildren(
      facts,
      ...block('Data', dataText(row.data)),
      ...block('Extras', row.extras == null ? '' : prettyJson(row.extras)),
    );
  }

  focus(): void {
    this.#close.focus();
  }
}

function factsOf(row: Row): [string, string][] {
  const wasChanged = row.version !== row.serial;
  return [
    ['Name', visibleText(row.name)],
    ['Client ID', visibleText(row.clientId)],
    ['Connection', row.connectionId],
    ['Time', dateText(row.timestamp)],
    ['Changed', wasChanged ? dateText(row.changedAt) : ''],
    ['State', row.partial ? `${row.state}, beginning not seen` : row.state],
    ['Size', `${sizeText(dataSize(row.data))} of ${dataKind(row.data)}`],
    ['Serial', row.serial],
    ['Version', wasChanged ? row.version : ''],
  ];
}

function block(title: string, whole: string): HTMLElement[] {
  if (!whole) return [];
  const { text, hidden } = clip(whole, SHOWN_CHARACTERS);
  const rest = hidden ? h('p', { class: 'muted' }, `${hidden} more characters`) : undefined;
  return [
    h('h3', {}, title),
    h('pre', { dir: 'auto', tabindex: '0' }, text),
    ...(rest ? [rest] : []),
  ];
}
