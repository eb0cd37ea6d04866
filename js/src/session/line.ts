/** One channel, as a session uses it: every edge of the ably client but its connection ends here. */

import type {
  ChannelStateChange,
  InboundMessage,
  Message,
  PresenceMessage,
  Realtime,
  RealtimeChannel,
} from 'ably';

const AGENT = 'aitransport-notebook';
/** How soon a page is asked for again that could not be read. */
const AGAIN_MS: readonly number[] = [300, 1000, 2000];

export interface LineHandlers {
  onMessage(message: InboundMessage): void;
  onPresence(event: PresenceMessage): void;
  onChannel(change: ChannelStateChange): void;
}

/** Publishes to a channel, and hears what is on it. */
export class Line {
  readonly #realtime: Realtime;
  readonly #channel: RealtimeChannel;
  #handlers: LineHandlers | undefined;

  constructor(realtime: Realtime, name: string, codecTag: string) {
    this.#realtime = realtime;
    this.#channel = realtime.channels.get(name, { params: { agent: `${AGENT} ${codecTag}` } });
  }

  /** Whether one hears what is on the channel as it comes. */
  get isLive(): boolean {
    // A channel counts as attached while its connection is lost, and may come back.
    return this.#channel.state === 'attached' && this.#realtime.connection.state === 'connected';
  }

  get connectionId(): string | undefined {
    return this.#realtime.connection.id;
  }

  get state(): string {
    return this.#channel.state;
  }

  /** Whether the token lets one hear; known once it is attached. */
  get isDeaf(): boolean {
    const modes = this.#channel.modes;
    return modes !== null && modes !== undefined && !modes.includes('subscribe');
  }

  /** Hears every message from now on, who comes and goes, and the channel's state. */
  async open(handlers: LineHandlers): Promise<void> {
    this.#handlers = handlers;
    this.#channel.on(this.#onChannel);
    // Both listen before the channel is attached, and miss nothing of what comes then.
    await Promise.all([
      this.#channel.subscribe(this.#onMessage),
      this.#channel.presence.subscribe(this.#onPresence),
    ]);
  }

  close(): void {
    this.#handlers = undefined;
    this.#channel.off(this.#onChannel);
    this.#channel.unsubscribe(this.#onMessage);
    this.#channel.presence.unsubscribe(this.#onPresence);
  }

  async attach(): Promise<void> {
    await this.#channel.attach();
  }

  async publish(messages: readonly Message[]): Promise<void> {
    await this.#channel.publish([...messages]);
  }

  /** Yields what the channel had before it was attached, page by page, the newest first. */
  async *history(limit: number): AsyncGenerator<readonly InboundMessage[], undefined> {
    let page = await again(() => this.#channel.history({ untilAttach: true, limit }));
    for (;;) {
      yield page.items;
      const next = page.hasNext() ? await again(() => page.next()) : null;
      if (!next) return undefined;
      page = next;
    }
  }

  members(): Promise<PresenceMessage[]> {
    return this.#channel.presence.get();
  }

  async presenceHistory(): Promise<readonly PresenceMessage[]> {
    return (await this.#channel.presence.history({ limit: 1000 })).items;
  }

  enter(data: unknown): Promise<void> {
    return this.#channel.presence.enter(data);
  }

  /** Says something else of oneself. */
  update(data: unknown): Promise<void> {
    return this.#channel.presence.update(data);
  }

  leave(): Promise<void> {
    return this.#channel.presence.leave();
  }

  readonly #onMessage = (message: InboundMessage): void => this.#handlers?.onMessage(message);
  readonly #onPresence = (event: PresenceMessage): void => this.#handlers?.onPresence(event);
  readonly #onChannel = (change: ChannelStateChange): void => this.#handlers?.onChannel(change);
}

/** Asks again if need be: a server that comes back does so in a moment. */
async function again<Page>(ask: () => Promise<Page>): Promise<Page> {
  for (const pause of AGAIN_MS) {
    try {
      return await ask();
    } catch (reason) {
      if (!isPassing(reason)) throw reason;
      await new Promise((done) => setTimeout(done, pause));
    }
  }
  return ask();
}

/** What the server has refused it refuses again. */
function isPassing(reason: unknown): boolean {
  const { code, statusCode } = reason as { code?: unknown; statusCode?: unknown };
  const isRefused = typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500;
  return !isRefused || (typeof code === 'number' && code >= 80000 && code < 90000);
}
