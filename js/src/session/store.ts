/** The session as React reads it: one immutable state, made anew once a frame at most. */

import type { CodecName } from '../codec/codecs';
import type { FromKernel, ToKernel } from '../kernel/protocol';
import { authorOf } from '../shown/authors';
import { kept } from '../shown/kept';
import type { Author } from '../shown/model';
import type { Client } from '../socket/client';
import type { Page, Probe, Server } from '../socket/reach';
import { readToken, type TokenSays } from '../socket/token';
import type { Tokens } from '../socket/tokens';
import type { Inbound } from '../wire/inbound';
import { AI_INPUT } from '../wire/names';
import { Acting } from './acting';
import { actionsOf } from './actions';
import { Connection } from './connection';
import { Conversation } from './conversation';
import { Following } from './following';
import type { Frames } from './frames';
import { Health } from './health';
import { Telling } from './kernel';
import type { ConsoleActions, ConsoleState, ConsoleStore, HistoryState, Permits } from './model';
import { Notices } from './notices';
import { permitsOf } from './permits';
import { failureOf, problemOf, refusal } from './telling';
import { Watching } from './watching';
import { type Writer, writerFor } from './writing';

export interface StoreOptions {
  readonly session: string;
  readonly codec: CodecName;
  readonly where: Server;
  readonly page: Page;
  readonly probe: Probe;
  readonly tokens: Tokens;
  readonly frames: Frames;
  readonly onToKernel: (message: ToKernel) => void;
}

/** How often to look whether agents are still there. */
const LOOK_MS = 500;
/** How often the lag is shown anew. */
const LAG_MS = 1000;
const NO_HISTORY = { phase: 'loading', hasOlder: true, isLoadingOlder: false, read: 0 } as const;
const NO_TOKEN: TokenSays = {
  clientId: undefined,
  capability: undefined,
  claim: undefined,
  expires: undefined,
};

/** What is on screen: exactly what the channel showed. */
export class Store implements ConsoleStore {
  readonly actions: ConsoleActions;
  readonly #options: StoreOptions;
  readonly #writer: Writer;
  readonly #listeners = new Set<() => void>();
  readonly #conversation: Conversation;
  readonly #connection: Connection;
  readonly #acting: Acting;
  readonly #health: Health;
  readonly #notices = new Notices();
  readonly #watching = new Watching(this.#notices);
  readonly #telling: Telling;
  readonly #offs: (() => void)[] = [];
  #following: Following | undefined;
  #says = NO_TOKEN;
  #offsetMs = 0;
  #lagMs: number | undefined;
  #lagShownAt = 0;
  #isHearingNews = false;
  #cancelFrame: (() => void) | undefined;
  #state: ConsoleState;

  constructor(options: StoreOptions) {
    this.#options = options;
    this.#writer = writerFor(options.codec);
    this.#conversation = new Conversation(options.codec);
    const { read } = this.#conversation;
    this.#telling = new Telling(read.view, options.onToKernel);
    this.#health = this.#makeHealth();
    this.#acting = this.#makeActing();
    this.#offs.push(
      read.tree.on('run', (event) => {
        if (this.#isHearingNews) this.#watching.turned(event);
      }),
      options.tokens.onPush((token) => this.#tokenCame(token)),
    );
    this.#connection = new Connection({
      server: options.where,
      page: options.page,
      session: options.session,
      probe: options.probe,
      tokens: options.tokens,
      onClient: (client) => this.#follow(client),
      changed: () => {
        this.#telling.stands(this.#connection.state);
        this.#changed();
      },
    });
    this.actions = actionsOf(this.#acting, {
      view: read.view,
      chosen: () => this.#chosen(),
      older: () => this.#loading((history) => history.older()),
      all: (signal) => this.#loading((history) => history.all(signal)),
      find: (words) => this.#conversation.find(words),
      typing: () => this.#following?.presence.typing(),
      said: () => this.#following?.presence.stopTyping(),
      focus: (messageId) => this.#telling.focus(messageId),
      reconnect: () => this.#reconnect(),
      dismiss: (id) => {
        this.#notices.dismiss(id);
        this.#changed();
      },
    });
    const timer = setInterval(() => this.#lookAround(), LOOK_MS);
    this.#offs.push(() => clearInterval(timer));
    this.#state = this.#read();
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  getState = (): ConsoleState => this.#state;

  /** Takes in what the kernel says. */
  heard(message: FromKernel): void {
    switch (message.kind) {
      case 'token':
        this.#options.tokens.push(message.token, message.expires);
        return;
      case 'no token': {
        const { message: text, hint } = message;
        this.#options.tokens.deny(text, hint);
        this.#connection.noToken({ message: text, ...(hint ? { hint } : {}) });
        return;
      }
      case 'invoked':
        this.#invoked(message);
        return;
      case 'reveal':
        this.#reveal(message.messageId);
        return;
      case 'close':
        this.close();
    }
  }

  close(): void {
    for (const off of this.#offs.splice(0)) off();
    this.#watching.close();
    this.#telling.close();
    this.#following?.close();
    // The server takes one's presence away with the connection.
    this.#connection.close();
    this.#conversation.read.view.close();
    this.#cancelFrame?.();
    this.#cancelFrame = undefined;
    this.#draw();
  }

  // Hearing.

  #follow(client: Client): void {
    const { session } = this.#options;
    this.#following = new Following(client, {
      session,
      codecTag: this.#writer.tag,
      conversation: this.#conversation,
      hear: (message, isNew) => this.#hear(message, isNew),
      channelIs: (state, reason) => this.#channelIs(client, state, reason),
      failed: (reason, trying) => {
        const { message: text, hint } = problemOf(reason, trying);
        this.#notices.tell({ tone: 'error', text, ...(hint ? { hint } : {}) });
        this.#changed();
      },
      changed: () => this.#changed(),
    });
    this.#following.open();
  }

  #channelIs(client: Client, state: Parameters<Connection['channelIs']>[0], reason: unknown): void {
    this.#connection.channelIs(state, reason);
    if (state !== 'attached') return;
    this.#beSeen();
    client.realtime.time().then(
      (time) => {
        this.#offsetMs = time - Date.now();
      },
      // Clocks are then taken to agree.
      () => undefined,
    );
  }

  #hear(message: Inbound, isNews: boolean): void {
    this.#isHearingNews = isNews;
    const turn = this.#conversation.hear(message);
    this.#isHearingNews = false;
    this.#health.note(message, Date.now());
    if (turn && isNews) this.#watching.asked(turn, this.#says.clientId ?? '');
    const stamp = message.versionTimestamp ?? message.timestamp;
    if (stamp !== undefined) this.#lagMs = Math.max(0, this.#now() - stamp);
    if (message.name === AI_INPUT) {
      this.#acting.heard(message.transport['codec-message-id'] ?? '');
    }
    this.#changed();
  }

  #tokenCame(token: string): void {
    this.#says = readToken(token);
    this.#beSeen();
    this.#changed();
  }

  #invoked(message: Extract<FromKernel, { kind: 'invoked' }>): void {
    if (message.ok) return;
    const text = `No agent was woken: ${message.message ?? 'its endpoint did not answer'}`;
    this.#notices.tell({ tone: 'error', text, ...(message.hint ? { hint: message.hint } : {}) });
    this.#changed();
  }

  #beSeen(): void {
    if (this.#permits().presence.allowed) void this.#following?.presence.enter();
  }

  /** By the server's clock. */
  #now(): number {
    return Date.now() + this.#offsetMs;
  }

  // Drawing.

  #changed(): void {
    this.#cancelFrame ??= this.#options.frames(() => {
      this.#cancelFrame = undefined;
      this.#draw();
    });
  }

  #chosen(): void {
    this.#conversation.chosen();
    this.#changed();
  }

  #draw(): void {
    const before = this.#state;
    this.#state = this.#read();
    this.#watching.look(this.#state.runs);
    const notices = this.#notices.list;
    if (notices !== this.#state.notices) this.#state = { ...this.#state, notices };
    if (this.#state.messages !== before.messages) this.#telling.changed();
    const keys = Object.keys(this.#state) as (keyof ConsoleState)[];
    if (keys.every((key) => this.#state[key] === before[key])) {
      this.#state = before;
      return;
    }
    for (const listener of [...this.#listeners]) listener();
  }

  #read(): ConsoleState {
    const { session, codec } = this.#options;
    const watched = { now: this.#now(), healthOf: (runId: string) => this.#health.of(runId) };
    const before: ConsoleState | undefined = this.#state;
    return {
      session,
      codec,
      self: kept(before?.self, this.#self()),
      ...this.#conversation.show(watched),
      connection: kept(before?.connection, this.#connectionState(before)),
      history: kept(before?.history, this.#historyState()),
      members: this.#following?.presence.shown ?? NOBODY_HERE,
      notices: this.#notices.list,
      permits: kept(before?.permits, this.#permits()),
    };
  }

  #self(): Author {
    const { claim, clientId } = this.#says;
    return authorOf({ clientId, extras: { userClaim: claim } });
  }

  #connectionState(before: ConsoleState | undefined): ConsoleState['connection'] {
    const known = before?.connection.lagMs;
    const isDue = known === undefined || Date.now() - this.#lagShownAt >= LAG_MS;
    const lagMs = isDue ? this.#lagMs : known;
    if (isDue) this.#lagShownAt = Date.now();
    return { ...this.#connection.state, ...(lagMs === undefined ? {} : { lagMs }) };
  }

  #historyState(): HistoryState {
    const told = this.#following?.history.told ?? NO_HISTORY;
    const isBeginningMissing = !told.hasOlder && this.#conversation.read.view.beginningMissing;
    return { ...told, isBeginningMissing };
  }

  #permits(): Permits {
    const { session, codec } = this.#options;
    return permitsOf({
      session,
      codec,
      clientId: this.#says.clientId,
      capability: this.#says.capability,
      connection: this.#connection.state.phase,
      history: this.#historyState().phase,
    });
  }

  #lookAround(): void {
    // How long somebody has waited for a Run's end shows, too.
    const isAsked = this.#state.openRuns.some(({ cancel }) => cancel?.outcome === 'asked');
    if (this.#health.look(Date.now()) || isAsked) this.#changed();
  }

  // Acting.

  async #loading(load: (history: Following['history']) => Promise<void>): Promise<void> {
    const history = this.#following?.history;
    if (!history) throw refusal('Not connected yet.', 'Older messages load once it is.');
    try {
      await load(history);
    } catch (reason) {
      throw failureOf(reason, 'read history');
    }
  }

  #reveal(key: string): void {
    if (this.#conversation.read.view.reveal(key)) this.#chosen();
  }

  #reconnect(): void {
    this.#connection.reconnect();
    this.#following?.retry();
  }

  #makeActing(): Acting {
    const store = this;
    return new Acting({
      read: this.#conversation.read,
      writer: this.#writer,
      get clientId() {
        return store.#says.clientId;
      },
      get permits() {
        return store.#permits();
      },
      openRuns: () => {
        this.#draw();
        return this.#state.openRuns;
      },
      publish: async (messages) => {
        const line = this.#following?.line;
        if (!line?.isLive) throw refusal('Not connected.', 'Nothing was sent.');
        await line.publish(messages);
      },
      settled: (runId, patienceMs) => this.#watching.settled(runId, patienceMs),
      remark: (text, runId) => {
        this.#notices.tell({ tone: 'info', text, runId });
        this.#changed();
      },
      chosen: () => this.#chosen(),
    });
  }

  #makeHealth(): Health {
    return new Health({
      tree: this.#conversation.read.tree,
      isLive: () => this.#following?.line.isLive === true,
      members: () => this.#following?.presence.members ?? [],
      steadyMs: (now) => this.#connection.steadyMs(now),
      offsetMs: () => this.#offsetMs,
      seek: () => this.#following?.seek() ?? Promise.resolve([]),
    });
  }
}

const NOBODY_HERE: ConsoleState['members'] = [];
