/** Has the whole ably client use tickets. */

import { type CorePlugins, Realtime } from 'ably';
import { type Exchange, NoTicket, ticketsAt, withTickets } from './tickets';

declare module 'ably' {
  interface CorePlugins {
    /** Takes the place of the transport that the client has built in. */
    WebSocketTransport?: unknown;
  }
}

/** As much of the client as its typings keep to themselves: a copy of the transport would be large. */
interface Inside {
  readonly Platform: {
    readonly Transports: { readonly bundledImplementations: { readonly web_socket: unknown } };
  };
}

/**
 * Returns what a client is given as `plugins`, with the address at which the hub gives tickets.
 *
 * The client keeps some refusals to itself, and asks for another token: `onRefused` hears of all.
 */
export function ticketPlugin(
  url: string,
  onRefused: (reason: unknown) => void = () => {},
): CorePlugins {
  const { Transports } = (Realtime as unknown as Inside).Platform;
  const usual = Transports.bundledImplementations.web_socket;
  return { WebSocketTransport: withTickets(usual, heard(ticketsAt(url), onRefused)) };
}

function heard(exchange: Exchange, onRefused: (reason: unknown) => void): Exchange {
  return async (token) => {
    try {
      return await exchange(token);
    } catch (error) {
      // Where nobody answers it is no refusal.
      if (error instanceof NoTicket) onRefused(error);
      throw error;
    }
  };
}
