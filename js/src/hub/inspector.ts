import type { ConnectionStateChange } from 'ably';
import { type SignedIn, tokensOf } from '../sign-in/sign-in';
import { h } from './dom';
import { Hub } from './hub';
import { ChannelList } from './views/channel-list';
import { ChannelView } from './views/channel-view';
import { showDoor } from './views/door';
import { StatusBar } from './views/status';
import { Welcome } from './views/welcome';

const POLL = 5_000;

/** The page of one who is signed in: the hub's channels, and one of them open. */
export function showInspector(signedIn: SignedIn): void {
  new Inspector(signedIn).show();
}

class Inspector {
  readonly #hub: Hub;
  readonly #status: StatusBar;
  readonly #list: ChannelList;
  readonly #body = h('div', { class: 'inspector', 'data-view': 'channels' });
  readonly #welcome = new Welcome();
  #view: ChannelView | undefined;
  readonly #listening = new AbortController();
  #timer: ReturnType<typeof setInterval> | undefined;
  #isReading = false;

  constructor(signedIn: SignedIn) {
    this.#status = new StatusBar(signedIn.hub, () => this.#hub.reconnect());
    this.#list = new ChannelList(
      (name) => this.#open(name),
      () => void this.#readChannels(),
    );
    this.#hub = new Hub(
      tokensOf(signedIn),
      (change) => this.#onState(change),
      () => this.#end(),
    );
    document.title = `Hub ${new URL(signedIn.hub.url).host}`;
  }

  show(): void {
    this.#body.append(this.#list.element, this.#welcome.element);
    document.body.replaceChildren(this.#status.element, this.#body);
    const { signal } = this.#listening;
    document.addEventListener('keydown', this.#onKey, { signal });
    document.addEventListener('visibilitychange', this.#poll, { signal });
    this.#timer = setInterval(this.#poll, POLL);
  }

  #end(): void {
    clearInterval(this.#timer);
    this.#listening.abort();
    this.#view?.close();
    this.#hub.close();
    showDoor({ kind: 'ended' });
  }

  readonly #poll = (): void => {
    if (document.visibilityState === 'visible') void this.#readChannels();
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key === '/' && !(event.target instanceof HTMLInputElement)) {
      event.preventDefault();
      this.#list.search.focus();
    } else if (event.key === 'Escape' && this.#view?.hasDetails) {
      this.#view.closeDetails();
    }
  };

  #onState(change: ConnectionStateChange): void {
    this.#status.show(change);
    if (change.current === 'connected') void this.#readChannels();
  }

  async #readChannels(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      const { channels, isWhole } = await this.#hub.channels();
      this.#list.show(channels, isWhole);
      this.#welcome.show(channels.length === 0);
    } catch (error) {
      this.#list.showProblem(error instanceof Error ? error.message : String(error));
    } finally {
      this.#isReading = false;
    }
  }

  #open(name: string): void {
    this.#view?.close();
    this.#welcome.element.remove();
    this.#view = new ChannelView(
      name,
      (handlers) => this.#hub.watch(name, handlers),
      () => this.#back(name),
    );
    this.#body.append(this.#view.element);
    this.#body.dataset.view = 'messages';
    this.#list.mark(name);
  }

  #back(name: string): void {
    this.#body.dataset.view = 'channels';
    this.#list.focus(name);
  }
}
