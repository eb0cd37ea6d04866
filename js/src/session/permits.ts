/** What may be done now: what the token allows, over a connection that is there. */

import type { CodecName } from '../codec/codecs';
import { allows } from '../socket/capability';
import type { Capability } from '../socket/token';
import type { ConnectionState, HistoryState, Permit, Permits } from './model';

export interface Standing {
  readonly session: string;
  readonly codec: CodecName;
  readonly clientId: string | undefined;
  readonly capability: Capability | undefined;
  readonly connection: ConnectionState['phase'];
  readonly history: HistoryState['phase'];
}

type Refusal = Extract<Permit, { allowed: false }>;

const YES: Permit = { allowed: true };

const AWAY: Readonly<Record<Exclude<ConnectionState['phase'], 'live'>, string>> = {
  'waiting for a token': 'There is no token that is good: the kernel makes them.',
  connecting: 'Not connected yet.',
  away: 'Not connected: nothing would be sent. It comes back by itself.',
  failed: 'The server has refused this page: run the cell again, or ask for access.',
  closed: 'This console is closed.',
};

/** The client keeps what the server has not answered for, and gives up after two minutes. */
const ON_ITS_WAY =
  'Not connected. Your words go out once it is back; if that takes too long, you are told, and they stay here.';

/** What comes to an end by itself. */
const PASSING: ReadonlySet<ConnectionState['phase']> = new Set(['connecting', 'away']);

/** Judges what may be done. */
export function permitsOf(standing: Standing): Permits {
  const publish = permitOf(standing, 'publish', 'to say anything in this session');
  // What is said follows the newest message, which has to be known.
  const isLoading = publish.allowed && standing.history === 'loading';
  const say = isLoading ? notYet('The conversation is still being loaded.') : publish;
  return {
    send: say,
    edit: say,
    regenerate: say,
    redirect: say,
    steer: publish,
    cancel: publish,
    resume: publish,
    answer: answerOf(standing, say),
    presence: presenceOf(standing),
  };
}

function permitOf(standing: Standing, operation: string, what: string): Permit {
  const { connection } = standing;
  if (connection === 'away') return { ...notYet(AWAY.away), onItsWay: ON_ITS_WAY };
  if (connection !== 'live')
    return PASSING.has(connection) ? notYet(AWAY[connection]) : no(AWAY[connection]);
  const isAllowed = allows(standing.capability, standing.session, operation);
  return isAllowed ? YES : no(`This token does not allow ${what}.`);
}

function answerOf({ codec }: Standing, say: Permit): Permit {
  return say.allowed && codec === 'text' ? no('Plain text has no tool calls.') : say;
}

function presenceOf(standing: Standing): Permit {
  const permit = permitOf(standing, 'presence', 'to be seen by others');
  if (!permit.allowed || standing.clientId !== undefined) return permit;
  return no('The token names nobody who could be seen.');
}

function no(why: string): Refusal {
  return { allowed: false, why };
}

function notYet(why: string): Refusal {
  return { allowed: false, why, isPassing: true };
}
