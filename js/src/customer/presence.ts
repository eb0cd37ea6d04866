/** Who else is here, and who is typing; one's own typing, for the others to see. */

import type { PresenceMessage } from 'ably';
import { useCallback, useEffect, useRef, useState } from 'react';
import { claimIn, roleIn } from '../wire/claims';
import { isObject } from '../wire/inbound';
import { useClientSession } from './sdk';

export interface Member {
  readonly clientId: string;
  readonly role: string | undefined;
  readonly isTyping: boolean;
}

const STILL_TYPING_MS = 3_000;

/** The other members, each once. */
export function useOthers(me: string): readonly Member[] {
  const { session } = useClientSession();
  const [others, setOthers] = useState<readonly Member[]>([]);
  useEffect(() => {
    const { presence } = session;
    let isOver = false;
    const read = async (): Promise<void> => {
      const members = await presence.get({ waitForSync: false });
      if (!isOver) setOthers(othersIn(members, me));
    };
    // Without the right to look, or while the connection is away, nobody is shown.
    const look = (): void => void read().catch(() => setOthers([]));
    presence.subscribe(look).catch(() => {});
    look();
    return () => {
      isOver = true;
      presence.unsubscribe(look);
    };
  }, [session, me]);
  return others;
}

export function othersIn(members: readonly PresenceMessage[], me: string): Member[] {
  const found = new Map<string, Member>();
  for (const { clientId, data, extras } of members) {
    if (clientId === me) continue;
    const isTyping = isObject(data) && data.typing === true;
    const before = found.get(clientId);
    found.set(clientId, {
      clientId,
      role: roleIn(claimIn(extras)),
      isTyping: isTyping || before?.isTyping === true,
    });
  }
  return [...found.values()];
}

/** Makes one present; returns what tells that one is typing, and what tells that it is over. */
export function useOwnPresence(): { typing(): void; done(): void } {
  const { session } = useClientSession();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const isTyping = useRef(false);
  const tell = useCallback(
    (typing: boolean): void => {
      isTyping.current = typing;
      // Who has no right to be present talks all the same.
      session.presence.update({ typing }).catch(() => {});
    },
    [session],
  );
  useEffect(() => {
    tell(false);
    return () => clearTimeout(timer.current);
  }, [tell]);
  const done = useCallback((): void => {
    clearTimeout(timer.current);
    if (isTyping.current) tell(false);
  }, [tell]);
  const typing = useCallback((): void => {
    clearTimeout(timer.current);
    timer.current = setTimeout(done, STILL_TYPING_MS);
    if (!isTyping.current) tell(true);
  }, [tell, done]);
  return { typing, done };
}
