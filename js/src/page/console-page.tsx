import { type ReactNode, useEffect, useState } from 'react';
import { App } from '../components/app';
import { newMemory } from '../components/memory';
import { visibleName } from '../components/visible';
import { type FetchedToken, type OpenedSession, openSession } from '../session/open';
import type { Visit } from '../sign-in/gate';
import { isLoopback, placeOf } from '../sign-in/place';

/** The console of a session on a page of its own, as long as one is signed in. */
export function ConsolePage({ visit }: { readonly visit: Visit }): ReactNode {
  const [memory] = useState(newMemory);
  const [opened, setOpened] = useState<OpenedSession>();
  useEffect(() => {
    const { show, hub } = visit.admission;
    document.title = `${visibleName(show.session)} · Console`;
    const session = openSession({
      ...show,
      where: { ...placeOf(location), isLocal: isLoopback(location), instance: hub.instance },
      fetchToken: () => fetchToken(visit),
    });
    setOpened(session);
    return () => session.close();
  }, [visit]);
  if (!opened) return null;
  return (
    <main className="console">
      <App store={opened} memory={memory} place="page" />
    </main>
  );
}

/** A token with its end by this browser's clock, which may be another than the hub's. */
export async function fetchToken(visit: Visit, now = Date.now): Promise<FetchedToken> {
  const { token, issued, expires } = await visit.nextToken();
  return { token, expires: now() + (expires - issued) };
}
