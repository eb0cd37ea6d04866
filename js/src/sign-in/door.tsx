import { type ReactNode, useRef, useState } from 'react';

export type DoorState =
  | { readonly kind: 'signing in' }
  | { readonly kind: 'no link' }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'ended' }
  | { readonly kind: 'no answer'; readonly reason: string; readonly retry: () => void };

interface Props {
  readonly state: DoorState;
  /** What is behind it, as in "Sign in to ...". */
  readonly place: string;
  /** What makes a new link; undefined in a frame, which is the output of a notebook's cell. */
  readonly command: string | undefined;
}

const COPIED_MS = 2_000;

/** What stands where the page will be, until one is signed in. */
export function Door({ state, place, command }: Props): ReactNode {
  return (
    <main className="door">
      <div className="door-card">{content(state, place, command)}</div>
    </main>
  );
}

function content(state: DoorState, place: string, command: string | undefined): ReactNode {
  switch (state.kind) {
    case 'signing in':
      return <p role="status">Signing in…</p>;
    case 'no link':
      return (
        <>
          <h1>Sign in to {place}</h1>
          <p>This page opens with a link that works once.</p>
          <Mend before="For one, run:" command={command} />
        </>
      );
    case 'refused':
      return (
        <>
          <h1>This link does not work any more</h1>
          <p>A link works once, and only for a short time.</p>
          <Mend before="For a new one, run:" command={command} />
          {command !== undefined && <Reason text={state.reason} />}
        </>
      );
    case 'ended':
      return (
        <>
          <h1>You are signed out</h1>
          <p>The hub did not renew this sign-in.</p>
          <Mend before="To come back, run:" command={command} />
        </>
      );
    case 'no answer':
      return (
        <>
          <h1>The hub does not answer</h1>
          <p>It may have stopped, or be starting.</p>
          <button type="button" className="door-retry" onClick={state.retry}>
            Try again
          </button>
          <Reason text={state.reason} />
        </>
      );
  }
}

interface MendProps {
  readonly before: string;
  readonly command: string | undefined;
}

/** How to get in. */
function Mend({ before, command }: MendProps): ReactNode {
  if (command === undefined) return <p>Run the cell again.</p>;
  return (
    <>
      <p>{before}</p>
      <Command text={command} />
    </>
  );
}

function Reason({ text }: { readonly text: string }): ReactNode {
  return (
    <p className="door-reason" role="alert">
      What came back: {text}
    </p>
  );
}

function Command({ text }: { readonly text: string }): ReactNode {
  const code = useRef<HTMLElement>(null);
  const [said, setSaid] = useState('Copy');
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid('Copied');
    } catch {
      // Not allowed here: it is selected, to be copied by hand.
      if (code.current) getSelection()?.selectAllChildren(code.current);
      setSaid('Press Ctrl+C');
    }
    setTimeout(() => setSaid('Copy'), COPIED_MS);
  };
  return (
    <div className="door-command">
      <code ref={code}>{text}</code>
      <button type="button" onClick={() => void copy()}>
        {said}
      </button>
    </div>
  );
}
