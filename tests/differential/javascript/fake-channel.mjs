// A channel without a network: its history is one page, and a test delivers what is live.

import { Ably } from '../../official/javascript/packages.mjs';

export class FakeChannel {
  #past;
  #listeners = new Set();
  state = 'attached';

  constructor(name, past) {
    this.name = name;
    this.#past = past;
  }

  /** A channel with a history, given oldest first, of messages as the hub writes them. */
  static async of({ channel }, past) {
    return new FakeChannel(channel, await decoded(past));
  }

  /** What a session takes for its connection. */
  get client() {
    return {
      options: {},
      auth: { clientId: 'reader' },
      connection: { state: 'connected' },
      channels: { get: () => this },
    };
  }

  async deliver(messages) {
    for (const message of await decoded(messages)) {
      for (const listener of this.#listeners) listener(message);
    }
  }

  async subscribe(listener) {
    this.#listeners.add(listener);
  }

  unsubscribe(listener) {
    this.#listeners.delete(listener);
  }

  async history() {
    return { items: this.#past.toReversed(), hasNext: () => false, next: async () => null };
  }

  async attach() {}

  async detach() {}

  on() {}

  off() {}
}

/** The messages as Ably's client gives them to an application. */
const decoded = (messages) => Ably.Realtime.Message.fromEncodedArray(structuredClone(messages));
