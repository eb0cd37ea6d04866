/** What a token says: read for the screen only, as none but the server can verify it. */

export interface TokenSays {
  readonly clientId: string | undefined;
  /** Operations by resource; undefined where the token does not say, and the server decides. */
  readonly capability: Capability | undefined;
  /** What it says of its holder in every message, as JSON. */
  readonly claim: unknown;
  /** In ms since 1970. */
  readonly expires: number | undefined;
}

export type Capability = Readonly<Record<string, readonly string[]>>;

const CLIENT_ID = 'x-ably-clientId';
const CAPABILITY = 'x-ably-capability';
const USER_CLAIM = 'ably.channel.*';

/** Reads a JWT; one that cannot be read says nothing. */
export function readToken(token: string): TokenSays {
  const payload = objectIn(payloadOf(token));
  const clientId = payload[CLIENT_ID];
  const expires = payload.exp;
  return {
    clientId: typeof clientId === 'string' && clientId !== '*' ? clientId : undefined,
    capability: capabilityOf(payload[CAPABILITY]),
    claim: payload[USER_CLAIM],
    expires: typeof expires === 'number' ? expires * 1000 : undefined,
  };
}

function capabilityOf(value: unknown): Capability | undefined {
  if (value === undefined) return undefined;
  const lists = Object.entries(objectIn(value)).filter(([, each]) => Array.isArray(each));
  return Object.fromEntries(lists) as Capability;
}

function payloadOf(token: string): string {
  const base64 = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(base64), (each) => each.charCodeAt(0)));
  } catch {
    // It is no JWT: the server knows what it allows.
    return '';
  }
}

function objectIn(value: unknown): Readonly<Record<string, unknown>> {
  let found = value;
  if (typeof value === 'string') {
    try {
      found = JSON.parse(value);
    } catch {
      // A claim may be any text.
      return {};
    }
  }
  const isObject = typeof found === 'object' && found !== null && !Array.isArray(found);
  return isObject ? (found as Record<string, unknown>) : {};
}
