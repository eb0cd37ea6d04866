import type { ChannelStateChange, PaginatedResult, PresenceMessage, RealtimeChannel } from 'ably';
import type { Told } from './rows';

const PAGE = 100;

export interface WatchHandlers {
  readonly onMessages: (messages: readonly Told[]) => void;
  readonly onMembers: (members: readonly PresenceMessage[]) => void;
  /** What was shown can no longer be trusted to be without a gap: it is told again from here. */
  readonly onRestart: () => void;
  /** The newest page of history is in. */
  readonly onReady: (hasOlder: boolean) => void;
  readonly onProblem: (message: string) => void;
}

/** One channel, watched: what it holds, what happens on it, and who is present. */
export class Watch {
  readonly #channel: RealtimeChannel;
  readonly #handlers: WatchHandlers;
  #page: PaginatedResult<Told> | undefined;
  #isClosed = false;
  #round = 0;

  constructor(channel: RealtimeChannel, handlers: WatchHandlers) {
    this.#channel = channel;
    this.#handlers = handlers;
    channel.on(['attached', 'update', 'failed', 'suspended'], this.#onState);
    void this.#open();
  }

  async older(): Promise<boolean> {
    const next = await this.#page?.next();
    if (!next || this.#isClosed) return false;
    this.#page = next;
    this.#handlers.onMessages(next.items);
    return next.hasNext();
  }

  close(): void {
    this.#isClosed = true;
    this.#channel.off(this.#onState);
    this.#channel.unsubscribe(this.#onMessage);
    this.#channel.presence.unsubscribe(this.#onPresence);
    this.#channel.detach().catch(() => {});
  }

  async #open(): Promise<void> {
    try {
      await this.#channel.subscribe(this.#onMessage);
      await this.#channel.presence.subscribe(this.#onPresence);
    } catch (error) {
      this.#problem(error);
    }
  }

  readonly #onMessage = (message: Told): void => this.#handlers.onMessages([message]);

  readonly #onPresence = (): void => void this.#loadMembers();

  readonly #onState = (change: ChannelStateChange): void => {
    if (change.current !== 'attached') {
      this.#problem(change.reason);
    } else if (!change.resumed) {
      if (this.#round > 0) this.#handlers.onRestart();
      void this.#load();
    }
  };

  async #load(): Promise<void> {
    this.#round += 1;
    const round = this.#round;
    void this.#loadMembers();
    try {
      const page = await this.#channel.history({ untilAttach: true, limit: PAGE });
      if (this.#isClosed || round !== this.#round) return;
      this.#page = page;
      this.#handlers.onMessages(page.items);
      this.#handlers.onReady(page.hasNext());
    } catch (error) {
      this.#problem(error);
    }
  }

  async #loadMembers(): Promise<void> {
    try {
      const members = await this.#channel.presence.get();
      if (!this.#isClosed) this.#handlers.onMembers(members);
    } catch (error) {
      this.#problem(error);
    }
  }

  #problem(error: unknown): void {
    if (this.#isClosed) return;
    this.#handlers.onProblem(
      error instanceof Error ? error.message : 'the channel is not attached',
    );
  }
}
