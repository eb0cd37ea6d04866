import type { TokenDetails } from 'ably';
import type { CodecName } from '../codec/codecs';

/** What the hub gives for a link, and again for each renewal. */
export interface SignedIn {
  readonly token: TokenDetails;
  readonly renew: string;
  /** What a page of a session shows; null for the page of the hub itself. */
  readonly show: Shown | null;
  readonly hub: { readonly version: string; readonly url: string; readonly instance: string };
}

export interface Shown {
  readonly session: string;
  readonly codec: CodecName;
}

export type Proof = { readonly link: string } | { readonly renew: string };

/** The hub answered, and the answer is no. */
export class SignInRefused extends Error {}

/** Takes the one-time link out of the address, so that neither history nor a copy keeps it. */
export function takeLink(address: Location, history: History): string | undefined {
  const link = new URLSearchParams(address.hash.slice(1)).get('link');
  if (link === null) return undefined;
  history.replaceState(null, '', address.pathname + address.search);
  return link || undefined;
}

export async function signIn(proof: Proof, send: typeof fetch = fetch): Promise<SignedIn> {
  const answer = await send('hub/sign-in', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(proof),
    cache: 'no-store',
    // The hub takes no cookie; a proxy before it may let nobody through without its own.
    credentials: 'same-origin',
  });
  if (answer.ok) return (await answer.json()) as SignedIn;
  const reason = await reasonOf(answer);
  throw answer.status < 500 ? new SignInRefused(reason) : new Error(reason);
}

/** Gives the token of the sign-in first, and a renewed one at each further call. */
export function tokensOf(
  signedIn: SignedIn,
  renewed: (proof: Proof) => Promise<SignedIn> = signIn,
): () => Promise<TokenDetails> {
  let current = signedIn;
  let isFresh = true;
  // A renewal is good once: who asks meanwhile waits for the same one.
  let renewing: Promise<TokenDetails> | undefined;
  const renew = async (): Promise<TokenDetails> => {
    try {
      current = await renewed({ renew: current.renew });
      return current.token;
    } finally {
      renewing = undefined;
    }
  };
  return async () => {
    if (!isFresh) {
      renewing ??= renew();
      return renewing;
    }
    isFresh = false;
    return current.token;
  };
}

/** How long to wait before a renewal: most of the token's life, whatever this machine's clock. */
export function renewalDelay(token: TokenDetails): number {
  const life = token.expires - token.issued;
  return Math.max(1_000, Math.min(life * 0.8, 2 ** 31 - 1));
}

async function reasonOf(answer: Response): Promise<string> {
  const body: unknown = await answer.json().catch(() => undefined);
  const message = (body as { error?: { message?: unknown } } | undefined)?.error?.message;
  return typeof message === 'string' ? message : `the hub answered ${answer.status}`;
}
