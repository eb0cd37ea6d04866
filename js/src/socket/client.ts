/** The ably client, set up to stay connected and to keep its tokens to itself. */

import { type ClientOptions, Realtime } from 'ably';
import { AT_HOME } from './at-home';
import { clientOptionsOf, type Server, urlOf, type Way } from './reach';
import { ticketPlugin } from './ticket-plugin';
import type { Tokens } from './tokens';

/** How soon a lost server is tried again: one on this machine costs nothing to ask. */
const SOON_MS = 500;
const LATER_MS = 2000;
const NO_LOGS = 0;
/** States that the client leaves by itself only after a pause. */
const PAUSING: ReadonlySet<string> = new Set(['disconnected', 'suspended']);
const GIVEN_UP: ReadonlySet<string> = new Set(['failed', 'closing', 'closed']);

export interface Client {
  readonly realtime: Realtime;
  /** Connect now, whatever pause the client would make. */
  hurry(): void;
  /** Try no more, until it is to hurry or another token comes. */
  giveUp(): void;
  close(): void;
}

/** Makes a client which connects at once. */
export function makeClient(
  way: Way,
  tokens: Tokens,
  server: Server,
  onRefused: (reason: unknown) => void,
): Client {
  const realtime = new Realtime(optionsOf(way, tokens, server, onRefused));
  const { connection } = realtime;
  const hurry = () => {
    if (PAUSING.has(connection.state)) connection.connect();
  };
  // Left to itself it would go on with the token that it has, also where that one was refused.
  const renew = () => void realtime.auth.authorize().catch(onRefused);
  const offPush = tokens.onPush(() => {
    if (connection.state === 'connected' || GIVEN_UP.has(connection.state)) renew();
    else hurry();
  });
  const offPage = onReturn(hurry);
  return {
    realtime,
    hurry: () => {
      if (GIVEN_UP.has(connection.state)) renew();
      else hurry();
    },
    giveUp: () => connection.close(),
    close: () => {
      offPush();
      offPage();
      realtime.close();
    },
  };
}

function optionsOf(
  way: Way,
  tokens: Tokens,
  server: Server,
  onRefused: (reason: unknown) => void,
): ClientOptions {
  const retry = server.isLocal ? SOON_MS : LATER_MS;
  return {
    ...clientOptionsOf(way),
    // Only a hub says which it is, and knows tickets.
    ...(server.instance === undefined
      ? {}
      : { plugins: ticketPlugin(urlOf(way, '/hub/tickets'), onRefused) }),
    authCallback: (_params, give) => {
      tokens.next().then(
        (token) => give(null, token),
        // As a text: it names no token, and the client makes an error of it.
        (reason: unknown) => give(reason instanceof Error ? reason.message : 'no token', null),
      );
    },
    transports: ['web_socket'],
    ...AT_HOME,
    disconnectedRetryTimeout: retry,
    suspendedRetryTimeout: retry,
    logLevel: NO_LOGS,
  };
}

/** Tells when the network or the person is back; returns what ends it. */
function onReturn(back: () => void): () => void {
  if (typeof window === 'undefined') return () => {};
  const seen = () => {
    if (document.visibilityState === 'visible') back();
  };
  window.addEventListener('online', back);
  document.addEventListener('visibilitychange', seen);
  return () => {
    window.removeEventListener('online', back);
    document.removeEventListener('visibilitychange', seen);
  };
}
