import { counted } from '../../components/format';
import { visibleText } from '../../components/visible';
import { type Channel, matching } from '../channels';
import { h, walkWithArrows } from '../dom';

/** The channels of the hub, to be searched and picked from. */
export class ChannelList {
  readonly element: HTMLElement;
  readonly search = h('input', {
    type: 'search',
    placeholder: 'Search channels',
    'aria-label': 'Search channels',
    'aria-keyshortcuts': '/',
    autocomplete: 'off',
    spellcheck: 'false',
    input: () => this.#draw(),
  });
  readonly #list = h('ul', { class: 'channels' });
  readonly #note = h('p', { class: 'muted note', role: 'status' }, 'Loading channels…');
  readonly #problem = h('p', { class: 'problem', role: 'alert', hidden: true });
  readonly #buttons = new Map<string, HTMLButtonElement>();
  readonly #pick: (name: string) => void;
  #channels: readonly Channel[] | undefined;
  #isWhole = true;
  #picked: string | undefined;

  constructor(pick: (name: string) => void, refresh: () => void) {
    this.#pick = pick;
    walkWithArrows(this.#list);
    this.element = h(
      'nav',
      { 'aria-label': 'Channels' },
      h(
        'div',
        { class: 'tools' },
        this.search,
        h('button', { type: 'button', class: 'quiet', click: refresh }, 'Refresh'),
      ),
      this.#problem,
      this.#note,
      this.#list,
    );
  }

  show(channels: readonly Channel[], isWhole: boolean): void {
    this.#channels = channels;
    this.#isWhole = isWhole;
    this.#problem.hidden = true;
    this.#draw();
  }

  showProblem(message: string): void {
    this.#problem.textContent = `The list could not be read: ${message}`;
    this.#problem.hidden = false;
    if (!this.#channels) this.#note.textContent = '';
  }

  mark(name: string | undefined): void {
    this.#picked = name;
    this.#draw();
  }

  focus(name: string): void {
    this.#buttons.get(name)?.focus();
  }

  #draw(): void {
    if (!this.#channels) return;
    const shown = matching(this.#channels, this.search.value);
    this.#note.textContent = this.#noteOn(shown.length, this.#channels.length);
    const names = new Set(shown.map((channel) => channel.name));
    for (const name of this.#buttons.keys()) if (!names.has(name)) this.#drop(name);
    let place: Element | null = this.#list.firstElementChild;
    for (const channel of shown) {
      const item = this.#itemOf(channel);
      // Items that stand right are not moved: moving one would take the focus from it.
      if (item === place) place = place.nextElementSibling;
      else this.#list.insertBefore(item, place);
    }
  }

  #noteOn(shown: number, all: number): string {
    if (all === 0) return '';
    if (shown === 0) return 'No channel matches';
    if (shown < all) return `${shown} of ${counted(all, 'channel')}`;
    return this.#isWhole ? counted(all, 'channel') : `The first ${counted(all, 'channel')}`;
  }

  #drop(name: string): void {
    this.#buttons.get(name)?.parentElement?.remove();
    this.#buttons.delete(name);
  }

  #itemOf(channel: Channel): HTMLElement {
    let button = this.#buttons.get(channel.name);
    if (!button) {
      button = h('button', { type: 'button', click: () => this.#pick(channel.name) });
      button.append(
        h('bdi', { class: 'name' }, visibleText(channel.name)),
        h('span', { class: 'muted' }),
      );
      this.#buttons.set(channel.name, button);
      h('li', {}, button);
    }
    const facts = button.lastElementChild;
    if (facts) facts.textContent = factsOf(channel);
    button.classList.toggle('idle', !channel.isActive);
    if (channel.name === this.#picked) button.setAttribute('aria-current', 'true');
    else button.removeAttribute('aria-current');
    return button.parentElement ?? button;
  }
}

function factsOf(channel: Channel): string {
  if (channel.presenceMembers > 0) return `${channel.presenceMembers} present`;
  if (channel.subscribers > 0) return counted(channel.subscribers, 'subscriber');
  return channel.isActive ? '' : 'idle';
}
