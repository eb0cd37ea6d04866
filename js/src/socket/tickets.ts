/** One-time tickets in the place of tokens: the address of a socket stands in logs, and in the browser's console. */

/** Gives a ticket for a token. */
export type Exchange = (token: string) => Promise<string>;

type AuthParams = Readonly<Record<string, string>>;

/** As much as is used here of ably's transport for sockets, which its typings keep to themselves. */
interface Auth {
  authorize(): Promise<unknown>;
  /** What the address is given of whoever connects. */
  getAuthParams(): Promise<AuthParams>;
}
type Transport = new (manager: unknown, auth: Auth, params: unknown) => object;

const PATIENCE_MS = 8000;
const TOKEN = 'access_token';

/** The server did not give a ticket: what the client is told, as if the socket had said it. */
export class NoTicket extends Error {
  readonly statusCode: number;
  readonly code: number | undefined;

  constructor(statusCode: number, code: number | undefined, message: string) {
    super(message);
    this.statusCode = statusCode;
    this.code = code;
  }
}

/** Returns ably's transport with tickets in its addresses. */
export function withTickets(transport: unknown, exchange: Exchange): unknown {
  return class extends (transport as Transport) {
    constructor(manager: unknown, auth: Auth, params: unknown) {
      const exchanging: Auth = {
        authorize: () => auth.authorize(),
        getAuthParams: async () => {
          const { [TOKEN]: token, ...rest } = await auth.getAuthParams();
          return token === undefined ? rest : { ...rest, [TOKEN]: await exchange(token) };
        },
      };
      super(manager, exchanging, params);
    }
  };
}

/** Exchanges tokens at a hub. */
export function ticketsAt(url: string, send: typeof fetch = fetch): Exchange {
  return async (token) => {
    const answer = await send(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      cache: 'no-store',
      // The hub takes no cookie; a proxy before it may let nobody through without its own.
      credentials: 'same-origin',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const said = (await answer.json().catch(() => undefined)) as
      | { ticket?: unknown; error?: { code?: unknown; message?: unknown } }
      | undefined;
    if (answer.ok && typeof said?.ticket === 'string') return said.ticket;
    const { code, message } = said?.error ?? {};
    throw new NoTicket(
      answer.status,
      typeof code === 'number' ? code : undefined,
      typeof message === 'string' ? message : `no ticket: the server answered ${answer.status}`,
    );
  };
}
