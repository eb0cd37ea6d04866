/** Tells of which Runs the agent is gone. */

import type { ConnectionStateChange } from 'ably';
import { useAbly } from 'ably/react';
import { useEffect, useState } from 'react';
import {
  type Answerers,
  type Attendance,
  attended,
  goneFrom,
  heard,
  remembered,
} from './attendance';
import type { Member } from './presence';
import { useClientSession } from './sdk';

/** A server that has just come back knows nobody yet, and its clients take their time to return. */
const RETURN_MS = 15_000;
const MOST_PAST = 1000;
const AWAY = Number.POSITIVE_INFINITY;

/** Returns what tells whether the agent of one of the Runs has been here and is gone. */
export function useGone(
  others: readonly Member[],
  runIds: readonly string[],
): (runId: string) => boolean {
  const answerers = useAnswerers();
  const trustedFrom = useTrustedFrom();
  const agents = runIds.map((runId) => answerers.get(runId)?.clientId ?? '');
  const attendance = useAttendance(others, agents);
  const times = agents.map((agent) => goneFrom(attendance.get(agent), trustedFrom));
  const now = useClock(times);
  return (runId) => (times[runIds.indexOf(runId)] ?? AWAY) <= now;
}

function useAnswerers(): Answerers {
  const { session } = useClientSession();
  const [answerers, setAnswerers] = useState<Answerers>(new Map());
  useEffect(
    () =>
      session.tree.on('ably-message', (message) =>
        setAnswerers((before) => heard(before, message)),
      ),
    [session],
  );
  return answerers;
}

function useAttendance(others: readonly Member[], agents: readonly string[]): Attendance {
  const { session } = useClientSession();
  const [attendance, setAttendance] = useState<Attendance>(new Map());
  useEffect(() => setAttendance((before) => attended(before, others, Date.now())), [others]);
  const isUnseen = agents.some((agent) => agent !== '' && !attendance.has(agent));
  useEffect(() => {
    if (!isUnseen) return;
    const lookBack = async (): Promise<void> => {
      const { items } = await session.presence.history({ limit: MOST_PAST });
      setAttendance((before) => remembered(before, items, Date.now()));
    };
    // Without the right to look back nothing is known of it, as of any agent that shows nowhere.
    lookBack().catch(() => {});
  }, [isUnseen, session]);
  return attendance;
}

/** From when on presence tells who is here: not while one is away, nor as soon as one is back. */
function useTrustedFrom(): number {
  const { connection } = useAbly();
  const [from, setFrom] = useState(0);
  useEffect(() => {
    const follow = ({ current, previous }: ConnectionStateChange): void =>
      setFrom((before) => {
        if (current === 'connected') return before === AWAY ? Date.now() + RETURN_MS : before;
        return previous === 'connected' ? AWAY : before;
      });
    connection.on(follow);
    return () => connection.off(follow);
  }, [connection]);
  return from;
}

/** The time, as it was last when one of the given times came. */
function useClock(times: readonly (number | undefined)[]): number {
  const [now, setNow] = useState(() => Date.now());
  const next = Math.min(...times.filter((time) => time !== undefined && time > now).map(Number));
  useEffect(() => {
    if (!Number.isFinite(next)) return;
    const timer = setTimeout(() => setNow(Math.max(next, Date.now())), next - Date.now());
    return () => clearTimeout(timer);
  }, [next]);
  return now;
}
