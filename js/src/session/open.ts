/** Opens a session: what the widget in a notebook and the page of a hub have in common. */

import type { FromKernel, ToKernel, Traits } from '../kernel/protocol';
import { probeWith, thisPage } from '../socket/probe';
import type { Page, Probe, Server } from '../socket/reach';
import { Tokens } from '../socket/tokens';
import { browserFrames, type Frames } from './frames';
import type { ConsoleStore } from './model';
import { Store } from './store';

/** A token, and when it expires, in ms since 1970. */
export interface FetchedToken {
  readonly token: string;
  readonly expires: number;
}

export interface SessionOptions extends Pick<Traits, 'session' | 'codec'> {
  readonly where: Server;
  /** Tells the kernel something; left out where there is none. */
  readonly onToKernel?: (message: ToKernel) => void;
  /** Fetches a token; left out where the kernel pushes them. */
  readonly fetchToken?: () => Promise<FetchedToken>;
  /** Where the page is, how servers are asked, and when is drawn: the browser's, unless given. */
  readonly page?: Page;
  readonly probe?: Probe;
  readonly frames?: Frames;
}

export interface OpenedSession extends ConsoleStore {
  /** Take in what the kernel says. */
  heard(message: FromKernel): void;
}

/** Opens a session; it connects as soon as it has a token. */
export function openSession(options: SessionOptions): OpenedSession {
  const { session, codec, where, onToKernel = () => {}, fetchToken } = options;
  const askKernel = () => onToKernel({ kind: 'token please' });
  const tokens = new Tokens({ ask: () => (fetchToken ? void fetchOne(fetchToken) : askKernel()) });
  const store = new Store({
    session,
    codec,
    where,
    page: options.page ?? thisPage(),
    probe: options.probe ?? probeWith(),
    frames: options.frames ?? browserFrames,
    tokens,
    onToKernel,
  });
  const fetchOne = async (fetchIt: () => Promise<FetchedToken>): Promise<void> => {
    try {
      store.heard({ kind: 'token', ...(await fetchIt()) });
    } catch (reason) {
      const message = reason instanceof Error ? reason.message : 'the token could not be fetched';
      store.heard({ kind: 'no token', message });
    }
  };
  // Whoever answers at once is to have the session by then.
  queueMicrotask(() => tokens.begin());
  const close = () => {
    tokens.close();
    store.close();
  };
  return {
    actions: store.actions,
    subscribe: store.subscribe,
    getState: store.getState,
    heard: (message) => (message.kind === 'close' ? close() : store.heard(message)),
    close,
  };
}
