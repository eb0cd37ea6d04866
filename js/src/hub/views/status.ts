import type { ConnectionState, ConnectionStateChange } from 'ably';
import type { SignedIn } from '../../sign-in/sign-in';
import { copyButton, h } from '../dom';

const WORDS: Record<ConnectionState, string> = {
  initialized: 'Connecting…',
  connecting: 'Connecting…',
  connected: 'Connected',
  disconnected: 'Reconnecting…',
  suspended: 'No connection',
  closing: 'Closed',
  closed: 'Closed',
  failed: 'Failed',
};

/** The bar on top: which hub this is, and whether the page hears it. */
export class StatusBar {
  readonly element: HTMLElement;
  readonly #state = h('span', { class: 'state', role: 'status', 'data-state': 'connecting' });
  readonly #banner: HTMLElement;
  readonly #reason = h('span');

  constructor(hub: SignedIn['hub'], reconnect: () => void) {
    const url = h('code', { class: 'url' }, hub.url);
    this.#state.textContent = WORDS.connecting;
    this.#banner = h(
      'div',
      { class: 'banner', role: 'alert', hidden: true },
      this.#reason,
      h('button', { type: 'button', class: 'quiet', click: reconnect }, 'Try now'),
    );
    this.element = h(
      'header',
      {},
      h(
        'div',
        { class: 'bar' },
        h('h1', {}, 'Hub'),
        h('span', { class: 'version muted' }, hub.version),
        h(
          'span',
          { class: 'address' },
          url,
          copyButton('Copy', () => hub.url, url),
        ),
        this.#state,
      ),
      this.#banner,
    );
  }

  show(change: ConnectionStateChange): void {
    this.#state.textContent = WORDS[change.current];
    this.#state.dataset.state = change.current;
    const isBehind = change.current === 'disconnected' || change.current === 'suspended';
    this.#banner.hidden = !isBehind && change.current !== 'failed';
    const reason = change.reason ? ` (${change.reason.message})` : '';
    this.#reason.textContent = isBehind
      ? `The connection is lost. What you see may be behind.${reason}`
      : `The connection failed.${reason}`;
  }
}
