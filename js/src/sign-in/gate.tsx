import type { TokenDetails } from 'ably';
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { Door, type DoorState } from './door';
import { type Proof, SignInRefused, tokensOf } from './sign-in';
import { type Admission, admit, type Keep } from './visit';

/** What a page has once it is signed in. */
export interface Visit {
  readonly admission: Admission;
  /** Gives the first token, and a renewed one at each further call. */
  nextToken(): Promise<TokenDetails>;
}

interface Props {
  /** Taken out of the address before anything is drawn. */
  readonly proof: Proof | undefined;
  readonly keep: Keep;
  readonly place: string;
  /** What makes a new link, where a command does. */
  readonly command: string | undefined;
  readonly children: (visit: Visit) => ReactNode;
}

type State = DoorState | { readonly kind: 'in'; readonly visit: Visit };

const AGAIN_MS = 3_000;

/** Signs in, and shows the door until that is done, and again when it is over. */
export function Gate({ proof, keep, place, command, children }: Props): ReactNode {
  const [state, setState] = useState<State>(proof ? { kind: 'signing in' } : { kind: 'no link' });
  const enter = useCallback(async (): Promise<void> => {
    if (!proof) return;
    try {
      const admission = await admit(proof, keep);
      const visit = visitOf(admission, keep, () => setState({ kind: 'ended' }));
      setState({ kind: 'in', visit });
    } catch (error) {
      setState(problem(error, () => void enter()));
    }
  }, [proof, keep]);
  useEffect(() => void enter(), [enter]);
  useEffect(() => {
    if (state.kind !== 'no answer') return;
    const timer = setTimeout(state.retry, AGAIN_MS);
    return () => clearTimeout(timer);
  }, [state]);
  return state.kind === 'in' ? (
    children(state.visit)
  ) : (
    <Door state={state} place={place} command={command} />
  );
}

function visitOf(admission: Admission, keep: Keep, onEnd: () => void): Visit {
  const next = tokensOf(admission, (renewal) => admit(renewal, keep));
  return {
    admission,
    nextToken: async () => {
      try {
        return await next();
      } catch (error) {
        if (error instanceof SignInRefused) onEnd();
        throw error;
      }
    },
  };
}

function problem(error: unknown, retry: () => void): DoorState {
  const reason = error instanceof Error ? error.message : String(error);
  return error instanceof SignInRefused
    ? { kind: 'refused', reason }
    : { kind: 'no answer', reason, retry };
}
