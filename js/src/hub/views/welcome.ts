import { copyButton, h } from '../dom';

const EXAMPLE = `import aitransport_notebook as ait
from ably import AblyRest

await AblyRest(**ait.connect().options()).channels.get("hello").publish("greeting", "Hi")`;

/** What stands beside the list while no channel is open: how to make one, or to pick one. */
export class Welcome {
  readonly element = h('main', { class: 'welcome' });
  #isEmpty: boolean | undefined;

  show(isEmpty: boolean): void {
    if (isEmpty === this.#isEmpty) return;
    this.#isEmpty = isEmpty;
    this.element.classList.toggle('empty', isEmpty);
    this.element.replaceChildren(isEmpty ? howToMakeOne() : howToPickOne());
  }
}

function howToPickOne(): HTMLElement {
  return h('p', { class: 'muted' }, 'Pick a channel to see its messages as they come.');
}

function howToMakeOne(): HTMLElement {
  const code = h('code', {}, EXAMPLE);
  return h(
    'div',
    {},
    h('h2', {}, 'No channel yet'),
    h(
      'p',
      { class: 'muted' },
      'A channel is there once somebody uses it. In a notebook, this makes one:',
    ),
    h('pre', { tabindex: '0' }, code),
    copyButton('Copy', () => EXAMPLE, code),
  );
}
