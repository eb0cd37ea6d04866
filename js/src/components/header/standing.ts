import type { ConnectionState, Problem } from '../../session/model';
import { runningText } from '../format';

export interface Standing {
  readonly tone: 'ok' | 'warn' | 'bad' | 'quiet';
  readonly words: string;
}

export interface Banner extends Problem {
  readonly tone: 'info' | 'bad';
  readonly canReconnect: boolean;
}

const WORTH_SAYING_LAG = 1_000;
const PATIENCE = 2_000;

/** How the connection is, in a few words. */
export function standingOf(connection: ConnectionState, now: number): Standing {
  const { phase, since, lagMs = 0 } = connection;
  switch (phase) {
    case 'waiting for a token':
      return { tone: 'warn', words: 'Waiting for a token' };
    case 'connecting':
      return { tone: 'warn', words: 'Connecting' };
    case 'live':
      return lagMs > WORTH_SAYING_LAG
        ? { tone: 'warn', words: `${runningText(lagMs)} behind` }
        : { tone: 'ok', words: 'Live' };
    case 'away':
      return {
        tone: 'warn',
        words: `Away for ${runningText(now - since)}, comes back by itself`,
      };
    case 'failed':
      return { tone: 'bad', words: 'Not connected' };
    case 'closed':
      return { tone: 'quiet', words: 'Closed' };
  }
}

/** Whether no way to the server was found: it is tried again, and as a rule a person has to open one. */
export function isUnreached({ phase, route, problem }: ConnectionState): boolean {
  return phase === 'away' && route === undefined && problem !== undefined;
}

/** What needs the person, as it will not mend itself; undefined while all is well. */
export function bannerOf(connection: ConnectionState, now: number): Banner | undefined {
  const { phase, problem, since, tokenExpires } = connection;
  if (phase === 'live') return undefined;
  if (phase === 'closed') {
    return {
      tone: 'info',
      message: 'This console is closed.',
      hint: 'Run the cell again to open it.',
      canReconnect: false,
    };
  }
  if (phase === 'failed') {
    return {
      message: 'The connection has failed.',
      ...problem,
      tone: 'bad',
      canReconnect: true,
    };
  }
  if (tokenExpires !== undefined && tokenExpires <= now) {
    return {
      tone: 'bad',
      message: 'The token of this page has run out, and the kernel gives no new one.',
      // The kernel may have said why.
      hint: problem
        ? [problem.message, problem.hint].filter(Boolean).join(' ')
        : 'Start the kernel and run the cell again. What is shown here is as it was.',
      canReconnect: true,
    };
  }
  if (problem && isUnreached(connection)) return { ...problem, tone: 'bad', canReconnect: true };
  if (phase === 'waiting for a token' && now - since >= PATIENCE) {
    return { tone: 'info', ...WAITING, ...problem, canReconnect: false };
  }
  return undefined;
}

export const WAITING: Problem = {
  message: 'Waiting for the kernel to give this page a token.',
  hint: 'Run the cell again if the kernel was restarted.',
};

/** The way to the server, in words. */
export function routeText(connection: ConnectionState): string | undefined {
  if (connection.route === undefined) return undefined;
  return connection.route === 'direct' ? 'direct' : 'through Jupyter';
}
