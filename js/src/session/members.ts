/** Who is on the channel. What counts of a member is what its token says. */

import type { PresenceMessage } from 'ably';
import { authorOf } from '../shown/authors';
import { fieldsOf, given, listOf, textOf } from '../shown/values';
import { AGENT, USER } from '../wire/claims';
import type { ShownMember } from './model';

/** What health asks of a member. */
export interface Member {
  readonly clientId: string;
  /** The Runs that it is at, as agents say; a user is at none, whatever it says. */
  readonly runs: readonly string[];
  /** Whether it says which Runs it is at: agents of other SDKs do not. */
  readonly tellsRuns: boolean;
}

/** Returns a member as the screen has it. */
export function shownMember(member: PresenceMessage, own: string | undefined): ShownMember {
  const data = fieldsOf(member.data);
  const author = authorOf(member);
  const says = 'runs' in data;
  return {
    connectionId: member.connectionId,
    author,
    isSelf: member.connectionId === own,
    isAgent: author.role === AGENT || (says && author.role !== USER),
    isTyping: data.typing === true,
    ...given({ status: textOf(data.status) }),
  };
}

/** Returns a member as health has it. */
export function memberOf(member: PresenceMessage): Member {
  const data = fieldsOf(member.data);
  const isUser = authorOf(member).role === USER;
  const runs = isUser ? [] : listOf(data.runs).filter((id) => typeof id === 'string');
  return { clientId: member.clientId ?? '', runs, tellsRuns: 'runs' in data };
}

/** Oneself last, and the others by their names: so nobody jumps about. */
export function inOrder(members: readonly ShownMember[]): readonly ShownMember[] {
  const key = ({ isSelf, author, connectionId }: ShownMember) =>
    `${isSelf ? 1 : 0} ${author.clientId} ${connectionId}`;
  return members.toSorted((one, other) => (key(one) < key(other) ? -1 : 1));
}
