/** Who said what: the server's word for it where there is one, and a name as the message gives it. */

import type { InboundMessage } from 'ably';
import type { UIMessage } from 'ai';
import { useEffect, useState } from 'react';
import { claimIn, roleIn } from '../wire/claims';
import { isObject } from '../wire/inbound';
import { AI_INPUT, AI_OUTPUT, MESSAGE_ID } from '../wire/names';
import { useClientSession } from './sdk';

/** The publisher of a message, as the server verified it. */
export interface Publisher {
  readonly clientId: string;
  readonly role: string | undefined;
}

export type Publishers = ReadonlyMap<string, Publisher>;

export interface Author {
  readonly kind: 'me' | 'customer' | 'person' | 'ai';
  readonly name: string;
}

const TEAM: ReadonlySet<string> = new Set(['operator', 'lead']);

/** The publishers of the messages that have come, by the messages' ids. */
export function usePublishers(): Publishers {
  const { session } = useClientSession();
  const [publishers, setPublishers] = useState<Publishers>(new Map());
  useEffect(
    () =>
      session.tree.on('ably-message', (message) => {
        const found = publisherOf(message);
        if (!found) return;
        const [id, publisher] = found;
        setPublishers((known) => (known.has(id) ? known : new Map(known).set(id, publisher)));
      }),
    [session],
  );
  return publishers;
}

/** Whose message it is; undefined where it says nothing, as a word on a tool call. */
export function publisherOf({
  name,
  clientId,
  extras,
}: Pick<InboundMessage, 'name' | 'clientId' | 'extras'>): [string, Publisher] | undefined {
  const ai = isObject(extras) && isObject(extras.ai) ? extras.ai : {};
  const { transport, codec } = ai;
  const id = isObject(transport) ? transport[MESSAGE_ID] : undefined;
  const isSaid = name === AI_INPUT && isObject(codec) && codec.kind === 'user-message';
  if (typeof id !== 'string' || !clientId || !(isSaid || name === AI_OUTPUT)) return undefined;
  return [id, { clientId, role: roleIn(claimIn(extras)) }];
}

export function authorOf(
  { role, metadata }: Pick<UIMessage, 'role' | 'metadata'>,
  publisher: Publisher | undefined,
  me: string,
): Author {
  if (role === 'user' && !TEAM.has(publisher?.role ?? '')) {
    const isMine = publisher === undefined || publisher.clientId === me;
    return { kind: isMine ? 'me' : 'customer', name: publisher?.clientId ?? me };
  }
  const says = isObject(metadata) ? metadata : {};
  const name = nameIn(says.author);
  if (isPerson(publisher, says.human)) {
    return { kind: 'person', name: name ?? publisher?.clientId ?? 'Someone' };
  }
  return { kind: 'ai', name: 'Assistant' };
}

/** A role that the server vouches for counts; where there is none, the message is taken at its word. */
function isPerson(publisher: Publisher | undefined, saysHuman: unknown): boolean {
  const role = publisher?.role;
  return role === undefined ? saysHuman === true : TEAM.has(role);
}

function nameIn(author: unknown): string | undefined {
  const name = isObject(author) ? author.name : author;
  return typeof name === 'string' && name.trim() !== '' ? name : undefined;
}
