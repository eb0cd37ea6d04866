import type { ConnectionState } from 'ably';
import { useAbly } from 'ably/react';
import { useEffect, useState } from 'react';

export interface Standing {
  readonly tone: 'ok' | 'busy' | 'bad';
  readonly words: string;
}

const WORDS: Readonly<Record<ConnectionState, Standing>> = {
  initialized: { tone: 'busy', words: 'Connecting…' },
  connecting: { tone: 'busy', words: 'Connecting…' },
  connected: { tone: 'ok', words: 'Connected' },
  disconnected: { tone: 'busy', words: 'Connection lost. Trying again…' },
  suspended: { tone: 'busy', words: 'Still no connection. Trying again…' },
  closing: { tone: 'bad', words: 'Closed' },
  closed: { tone: 'bad', words: 'Closed' },
  failed: { tone: 'bad', words: 'The connection has failed. Reload this page.' },
};

/** How the connection is, in words. */
export function useStanding(): Standing {
  const { connection } = useAbly();
  const [state, setState] = useState(connection.state);
  useEffect(() => {
    const follow = (): void => setState(connection.state);
    connection.on(follow);
    follow();
    return () => connection.off(follow);
  }, [connection]);
  return WORDS[state];
}
