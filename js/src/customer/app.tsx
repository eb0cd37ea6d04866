import { AblyProvider } from 'ably/react';
import { type ReactNode, useEffect, useState } from 'react';
import type { Visit } from '../sign-in/gate';
import { placeOf } from '../sign-in/place';
import { Chat } from './chat';
import { type Client, connectTo } from './client';
import { ClientSessionProvider, codec } from './sdk';

/** The chat of one session, for as long as one is signed in. */
export function App({ visit }: { readonly visit: Visit }): ReactNode {
  const [client, setClient] = useState<Client>();
  useEffect(() => {
    const made = connectTo(placeOf(location), visit);
    setClient(made);
    return () => made.close();
  }, [visit]);
  const { show, token } = visit.admission;
  if (!client) return null;
  return (
    <AblyProvider client={client.realtime}>
      <ClientSessionProvider channelName={show.session} codec={codec}>
        <Chat me={token.clientId ?? ''} session={show.session} />
      </ClientSessionProvider>
    </AblyProvider>
  );
}
