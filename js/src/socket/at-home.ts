/** What an ably client is told so that it asks nobody but its own server. */

import type { ClientOptions } from 'ably';

declare module 'ably' {
  interface ClientOptions {
    /** Taken with the other times, and not in the typings. */
    webSocketSlowTimeout?: number;
  }
}

/**
 * A client whose socket takes longer to open than this asks a host on the internet whether sockets
 * work at all; where that cannot be reached, it takes no notice for 20 s that its own attempt has
 * failed. No attempt takes so long.
 */
const NEVER_MS = 60_000;

export const AT_HOME = {
  disableConnectivityCheck: true,
  webSocketSlowTimeout: NEVER_MS,
} as const satisfies ClientOptions;
