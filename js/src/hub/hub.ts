import type { ConnectionStateChange, TokenDetails } from 'ably';
import {
  BaseRealtime,
  FetchRequest,
  RealtimePresence,
  Rest,
  WebSocketTransport,
} from 'ably/modular';
import { placeOf } from '../sign-in/place';
import { renewalDelay, SignInRefused } from '../sign-in/sign-in';
import { AT_HOME } from '../socket/at-home';
import { ticketsAt, withTickets } from '../socket/tickets';
import { type Channel, channelsOf } from './channels';
import { Watch, type WatchHandlers } from './watch';

const LISTED = 1000;

/** The page's connection to the hub that served it. */
export class Hub {
  readonly #client: BaseRealtime;
  #renewal: ReturnType<typeof setTimeout> | undefined;

  constructor(
    nextToken: () => Promise<TokenDetails>,
    onState: (change: ConnectionStateChange) => void,
    onSignedOut: () => void,
  ) {
    const { endpoint, port, tls } = placeOf(location);
    this.#client = new BaseRealtime({
      plugins: {
        FetchRequest,
        RealtimePresence,
        Rest,
        WebSocketTransport: withTickets(WebSocketTransport, ticketsAt('hub/tickets')),
      },
      endpoint,
      port,
      tlsPort: port,
      tls,
      ...AT_HOME,
      authCallback: (_params, give) => {
        nextToken().then(
          (token) => {
            this.#renewAfter(renewalDelay(token));
            give(null, token);
          },
          (error: unknown) => {
            give(error instanceof Error ? error.message : String(error), null);
            if (error instanceof SignInRefused) onSignedOut();
          },
        );
      },
    });
    this.#client.connection.on(onState);
  }

  async channels(): Promise<{ channels: Channel[]; isWhole: boolean }> {
    const page = await this.#client.request('GET', '/channels', 2, {
      by: 'value',
      limit: String(LISTED),
    });
    if (!page.success) throw new Error(page.errorMessage ?? `the hub answered ${page.statusCode}`);
    return { channels: channelsOf(page.items), isWhole: !page.hasNext() };
  }

  watch(name: string, handlers: WatchHandlers): Watch {
    const modes = ['SUBSCRIBE', 'PRESENCE_SUBSCRIBE'] as const;
    return new Watch(this.#client.channels.get(name, { modes: [...modes] }), handlers);
  }

  reconnect(): void {
    this.#client.connect();
  }

  close(): void {
    clearTimeout(this.#renewal);
    this.#client.close();
  }

  #renewAfter(delay: number): void {
    clearTimeout(this.#renewal);
    // A failed renewal shows as the connection's state.
    this.#renewal = setTimeout(() => void this.#client.auth.authorize().catch(() => {}), delay);
  }
}
