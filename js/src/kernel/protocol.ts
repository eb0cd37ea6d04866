/** What a console and its kernel say to each other. Python's side is `console/protocol.py`. */

import type { CodecName } from '../codec/codecs';

/** Where the channel server is, as the kernel reaches it. */
export interface Where {
  readonly endpoint: string;
  readonly port: number;
  readonly tls: boolean;
  /** A loopback address of the kernel's machine, which may not be the browser's. */
  readonly isLocal: boolean;
  /** What the hub says of itself at /hub/about; undefined for other servers. */
  readonly instance?: string;
}

/** The synced traits: none of them is a secret, as a notebook may be saved with them. */
export interface Traits {
  readonly session: string;
  readonly codec: CodecName;
  readonly where: Where;
  /** Whom one acts as, as far as the notebook names that: the client id, or else the role. */
  readonly who: string;
  /** The id of the cell that made it; empty where that is not known. */
  readonly cell: string;
  /** Whether the kernel wakes an agent for what is sent here. */
  readonly invokes: boolean;
  /** In px; 0 is the default. */
  readonly height: number;
}

export type FromKernel =
  | { readonly kind: 'token'; readonly token: string; readonly expires: number }
  | { readonly kind: 'no token'; readonly message: string; readonly hint?: string }
  | {
      readonly kind: 'invoked';
      readonly eventId: string;
      readonly ok: boolean;
      readonly message?: string;
      readonly hint?: string;
    }
  | { readonly kind: 'reveal'; readonly messageId: string }
  | { readonly kind: 'close' };

export type ToKernel =
  | { readonly kind: 'token please' }
  | {
      readonly kind: 'selection';
      /** The ids on the selected path, oldest first, as far as they are shown. */
      readonly messageIds: readonly string[];
      readonly focused: string | null;
      readonly runIds: readonly string[];
    }
  | {
      /** The page is not connected, and does not come back by itself. */
      readonly kind: 'problem';
      readonly message: string;
      readonly code?: number;
      readonly hint?: string;
    };
