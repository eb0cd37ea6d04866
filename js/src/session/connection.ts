/** From a token to an open socket, and how it stands with it. */

import type { ChannelState, ErrorInfo } from 'ably';
import { type Client, makeClient } from '../socket/client';
import { addressOf, type Page, type Probe, reach, type Server, type Way } from '../socket/reach';
import type { Tokens } from '../socket/tokens';
import type { ConnectionState, Problem } from './model';
import { isFinal, problemOf } from './telling';

/** How soon the ways to the server are tried again, where none is open. */
const AGAIN_MS: readonly number[] = [1000, 2000, 4000, 8000];

export interface ConnectionOptions {
  readonly server: Server;
  readonly page: Page;
  readonly session: string;
  readonly probe: Probe;
  readonly tokens: Tokens;
  readonly onClient: (client: Client) => void;
  readonly changed: () => void;
}

type Phase = ConnectionState['phase'];

export class Connection {
  readonly #options: ConnectionOptions;
  readonly #offToken: () => void;
  #state: ConnectionState = { phase: 'waiting for a token', since: Date.now() };
  #client: Client | undefined;
  #way: Way | undefined;
  #channel: ChannelState | undefined;
  #problem: Problem | undefined;
  /** Why there is no token, as long as there is none. */
  #denied: Problem | undefined;
  /** The server will not have it, with any token of this kind. */
  #isRefused = false;
  #tries = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #isReaching = false;
  #isClosed = false;
  #wasLive = false;
  #backAt: number | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#offToken = options.tokens.onPush(() => this.#tokenCame());
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** How long ago it came back; undefined if it was never lost. */
  steadyMs(now: number): number | undefined {
    return this.#backAt === undefined ? undefined : now - this.#backAt;
  }

  /** Notes that whoever makes tokens cannot make one now. */
  noToken(problem: Problem): void {
    this.#denied = problem;
    this.#look();
  }

  /** Notes how the channel stands. */
  channelIs(state: ChannelState, reason: unknown): void {
    this.#channel = state;
    if (reason && !this.#isRefused) this.#problem = problemOf(reason, 'attach to the session');
    this.#look();
  }

  /** Tries again at once, whatever pause it would make. */
  reconnect(): void {
    this.#isRefused = false;
    if (this.#client) this.#client.hurry();
    else if (this.#options.tokens.expires !== undefined) void this.#reach();
  }

  close(): void {
    this.#isClosed = true;
    this.#offToken();
    clearTimeout(this.#retry);
    this.#client?.close();
    this.#look();
  }

  #tokenCame(): void {
    this.#denied = undefined;
    this.#isRefused = false;
    if (!this.#client) void this.#reach();
    this.#look();
  }

  async #reach(): Promise<void> {
    if (this.#isReaching || this.#client || this.#isClosed) return;
    this.#isReaching = true;
    clearTimeout(this.#retry);
    const { server, page, session, probe } = this.#options;
    const reached = await reach(server, page, session, probe);
    this.#isReaching = false;
    if (this.#isClosed) return;
    if ('way' in reached) {
      this.#connect(reached.way);
    } else {
      this.#problem = reached.problem;
      const pause = AGAIN_MS[Math.min(this.#tries, AGAIN_MS.length - 1)];
      this.#tries += 1;
      this.#retry = setTimeout(() => void this.#reach(), pause);
    }
    this.#look();
  }

  #connect(way: Way): void {
    const { server, tokens, onClient } = this.#options;
    this.#way = way;
    this.#problem = undefined;
    const client = makeClient(way, tokens, server, (reason) => this.#refused(reason));
    this.#client = client;
    client.realtime.connection.on(({ reason }) => this.#refused(reason));
    onClient(client);
  }

  #refused(reason: ErrorInfo | unknown): void {
    // What comes of giving up says less than what it was for; and no reason is no new refusal.
    if (reason && !this.#isRefused) {
      this.#problem = problemOf(reason, 'connect');
      this.#isRefused = isFinal(this.#problem);
      if (this.#isRefused) this.#client?.giveUp();
    }
    this.#look();
  }

  /** Sees how it stands now. */
  #look(): void {
    const phase = this.#phase();
    if (phase === 'live') {
      if (this.#wasLive && this.#state.phase !== 'live') this.#backAt = Date.now();
      this.#wasLive = true;
      this.#problem = undefined;
    }
    const since = phase === this.#state.phase ? this.#state.since : Date.now();
    const { expires } = this.#options.tokens;
    const problem = phase === 'live' ? undefined : (this.#denied ?? this.#problem);
    this.#state = {
      phase,
      since,
      ...(this.#way ? { route: this.#way.route, address: addressOf(this.#way) } : {}),
      ...(expires === undefined ? {} : { tokenExpires: expires }),
      ...(problem ? { problem } : {}),
    };
    this.#options.changed();
  }

  #phase(): Phase {
    if (this.#isClosed) return 'closed';
    if (!this.#client) {
      if (this.#options.tokens.expires === undefined) return 'waiting for a token';
      return this.#problem ? 'away' : 'connecting';
    }
    const { state } = this.#client.realtime.connection;
    if (this.#isRefused || state === 'failed' || this.#channel === 'failed') return 'failed';
    if (state === 'connected' && this.#channel === 'attached') return 'live';
    const { expires } = this.#options.tokens;
    // Without a new one nothing comes back by itself.
    if (state !== 'connected' && expires !== undefined && expires <= Date.now())
      return 'waiting for a token';
    const isPausing = state === 'disconnected' || state === 'suspended';
    return this.#wasLive || isPausing || this.#problem ? 'away' : 'connecting';
  }
}
