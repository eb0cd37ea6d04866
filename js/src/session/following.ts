/** Follows a channel: hears it, goes back in its history, and catches up with what was missed. */

import type { ChannelStateChange, InboundMessage, PresenceMessage } from 'ably';
import type { Client } from '../socket/client';
import { Inbound } from '../wire/inbound';
import type { Conversation } from './conversation';
import { History } from './history';
import { Line } from './line';
import type { Member } from './members';
import { memberOf } from './members';
import { earlier, knownUpTo, type Since } from './missed';
import { Presence } from './presence';
import { NOT_ALLOWED } from './telling';

/** Fewer messages than this do not fill a screen. */
const ENOUGH = 30;
/** How soon it is tried again to attach, or to catch up. */
const AGAIN_MS = 2000;

export interface Follower {
  readonly session: string;
  readonly codecTag: string;
  readonly conversation: Conversation;
  /** A message has come live, or was missed and is heard now. */
  hear(message: Inbound, isLive: boolean): void;
  channelIs(state: ChannelStateChange['current'], reason: unknown): void;
  failed(reason: unknown, trying: 'read history' | 'enter presence'): void;
  changed(): void;
}

export class Following {
  readonly line: Line;
  readonly history: History;
  readonly presence: Presence;
  readonly #follower: Follower;
  /** When it was attached first, and since when something was missed, if it was. */
  #began: number | undefined;
  #missed: Since | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  constructor(client: Client, follower: Follower) {
    const { session, codecTag, conversation } = follower;
    this.#follower = follower;
    this.line = new Line(client.realtime, session, codecTag);
    this.history = new History(this.line, {
      load: (messages) => conversation.load(messages),
      count: () => conversation.read.tree.records.length,
      hasEnough: () => conversation.read.view.messages.length >= ENOUGH,
      changed: follower.changed,
    });
    this.presence = new Presence(this.line, follower.changed, (reason) =>
      follower.failed(reason, 'enter presence'),
    );
  }

  open(): void {
    const handlers = {
      onMessage: (message: InboundMessage) => this.#follower.hear(new Inbound(message), true),
      onPresence: (_: PresenceMessage) => this.presence.read(),
      onChannel: (change: ChannelStateChange) => this.#moved(change),
    };
    // Where it cannot be attached, the channel's state tells why.
    this.line.open(handlers).catch(() => this.#attachLater());
  }

  /** Reads again what could not be read. */
  retry(): void {
    if (this.history.told.phase === 'failed') this.#begin();
    if (this.#missed) void this.#catchUp();
    if (this.line.state !== 'attached') this.#attach();
  }

  async seek(): Promise<readonly Member[]> {
    return (await this.line.presenceHistory()).map(memberOf);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#again);
    this.presence.close();
    this.line.close();
  }

  #moved({ current, resumed, reason }: ChannelStateChange): void {
    if (current === 'attached' && this.line.isDeaf) {
      this.#follower.channelIs('failed', DEAF);
      return;
    }
    this.#follower.channelIs(current, reason);
    if (current === 'attached') this.#attached(resumed);
    if (current === 'suspended' || current === 'detached') this.#attachLater();
  }

  #attached(resumed: boolean): void {
    this.presence.read();
    const { tree } = this.#follower.conversation.read;
    if (this.#began === undefined) {
      this.#began = Date.now();
      this.#begin();
      return;
    }
    if (!resumed) this.#missed = earlier(knownUpTo(tree, this.#began), this.#missed);
    if (this.#missed) void this.#catchUp();
    if (this.history.told.phase === 'failed') this.#begin();
  }

  #begin(): void {
    this.history.begin().catch((reason: unknown) => {
      if (!this.#isClosed) this.#follower.failed(reason, 'read history');
    });
  }

  /** Hears what was missed; where that fails, it is tried again. */
  async #catchUp(): Promise<void> {
    const place = this.#missed;
    if (!place) return;
    this.#missed = undefined;
    const { tree } = this.#follower.conversation.read;
    try {
      for (const message of await this.history.since(place)) {
        // What is older than all that is known was on a page that was not read yet.
        this.#follower.hear(message, tree.record(message.serial) === undefined);
      }
    } catch (reason) {
      this.#missed = earlier(place, this.#missed);
      if (this.#isClosed) return;
      this.#follower.failed(reason, 'read history');
      this.#later(() => void this.#catchUp());
    }
  }

  #attachLater(): void {
    this.#later(() => this.#attach());
  }

  #attach(): void {
    this.line.attach().catch(() => {
      // The channel's state tells why.
    });
  }

  #later(what: () => void): void {
    clearTimeout(this.#again);
    if (this.#isClosed) return;
    this.#again = setTimeout(() => {
      if (!this.#isClosed) what();
    }, AGAIN_MS);
  }
}

/** Whoever may only speak would not know what became of it. */
const DEAF = { code: NOT_ALLOWED, message: 'the token does not allow to hear what is said' };
