/** Signs a page of a session in: by its link, and after a reload by what it kept. */

import { type Proof, type Shown, type SignedIn, SignInRefused, signIn, takeLink } from './sign-in';

/** A sign-in to a page that shows a session. */
export type Admission = SignedIn & { readonly show: Shown };

/** What a page can keep while its tab is open; no token, and each is good for one use. */
export interface Keep {
  read(): string | undefined;
  write(renewal: string): void;
  forget(): void;
}

/** Keeps a renewal for this page in the tab; nothing where the browser lets nobody keep anything. */
export function keepIn(tab: Window, path = tab.location.pathname): Keep {
  const name = `ait-renewal ${path}`;
  const storage = storageOf(tab);
  return {
    read: () => storage?.getItem(name) ?? undefined,
    write: (renewal) => storage?.setItem(name, renewal),
    forget: () => storage?.removeItem(name),
  };
}

/** What the page has to show: the link in its address, or else what it kept. */
export function proofOf(tab: Window, keep: Keep): Proof | undefined {
  const link = takeLink(tab.location, tab.history);
  if (link !== undefined) return { link };
  const renew = keep.read();
  return renew === undefined ? undefined : { renew };
}

/** Signs in, and keeps what the next sign-in takes. */
export async function admit(
  proof: Proof,
  keep: Keep,
  send: typeof fetch = fetch,
): Promise<Admission> {
  try {
    const { show, ...signedIn } = await signIn(proof, send);
    if (show === null) throw new SignInRefused("this link is for the hub's own page");
    keep.write(signedIn.renew);
    return { ...signedIn, show };
  } catch (error) {
    if (error instanceof SignInRefused) keep.forget();
    throw error;
  }
}

function storageOf(tab: Window): Storage | undefined {
  try {
    return tab.sessionStorage;
  } catch {
    // Forbidden, as in some frames: a reload then takes a new link.
    return undefined;
  }
}
