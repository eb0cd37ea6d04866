import { Realtime } from 'ably';
import type { Visit } from '../sign-in/gate';
import type { Place } from '../sign-in/place';
import { renewalDelay } from '../sign-in/sign-in';
import { AT_HOME } from '../socket/at-home';
import { ticketPlugin } from '../socket/ticket-plugin';

/** How soon a lost hub is tried again. */
const RETRY_MS = 1_000;
const NO_LOGS = 0;

export interface Client {
  readonly realtime: Realtime;
  close(): void;
}

/** The official client, with tokens from the sign-in, and in the address of its socket a ticket. */
export function connectTo({ endpoint, port, tls }: Place, visit: Visit): Client {
  let renewal: ReturnType<typeof setTimeout> | undefined;
  const realtime = new Realtime({
    endpoint,
    tls,
    plugins: ticketPlugin('hub/tickets'),
    ...(tls ? { tlsPort: port } : { port }),
    transports: ['web_socket'],
    ...AT_HOME,
    disconnectedRetryTimeout: RETRY_MS,
    suspendedRetryTimeout: RETRY_MS,
    logLevel: NO_LOGS,
    authCallback: (_params, give) => {
      visit.nextToken().then(
        (token) => {
          clearTimeout(renewal);
          renewal = setTimeout(renew, renewalDelay(token));
          give(null, token);
        },
        (error: unknown) => give(error instanceof Error ? error.message : String(error), null),
      );
    },
  });
  const renew = (): void => {
    // A failed renewal shows as the connection's state.
    realtime.auth.authorize().catch(() => {});
  };
  return {
    realtime,
    close: () => {
      clearTimeout(renewal);
      realtime.close();
    },
  };
}
