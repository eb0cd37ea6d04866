import type { ReactElement } from 'react';
import type { ConsoleState } from '../session/model';
import { Button } from './button';
import { bannerOf, isUnreached, WAITING } from './header/standing';
import { Icon, type IconName } from './icons';

export interface EmptyProps {
  readonly state: ConsoleState;
  readonly onReconnect: () => void;
}

/** Whether what stands in the place of the conversation is about the connection. */
export function isAboutConnection({ messages, connection }: ConsoleState): boolean {
  return (
    messages.length === 0 &&
    (['waiting for a token', 'failed', 'closed'].includes(connection.phase) ||
      isUnreached(connection))
  );
}

/** What stands where the conversation will be, for as long as there is none. */
export function Empty({ state, onReconnect }: EmptyProps): ReactElement {
  const { connection, history } = state;
  if (connection.phase === 'waiting for a token') {
    return <Calm title={WAITING.message} words={connection.problem?.hint ?? WAITING.hint} isBusy />;
  }
  if (connection.phase === 'failed' || connection.phase === 'closed' || isUnreached(connection)) {
    const banner = bannerOf(connection, Date.now());
    return (
      <Calm title={banner?.message ?? 'Not connected'} words={banner?.hint}>
        {banner?.canReconnect && (
          <Button tone="primary" onClick={onReconnect}>
            Reconnect
          </Button>
        )}
      </Calm>
    );
  }
  if (history.phase === 'failed') {
    return (
      <Calm
        title={history.problem?.message ?? 'The history could not be loaded.'}
        words={history.problem?.hint}
      >
        <Button tone="primary" onClick={onReconnect}>
          Try again
        </Button>
      </Calm>
    );
  }
  if (history.phase === 'loading') return <Skeleton />;
  return (
    <Calm
      icon="talk"
      title="Nothing has been said here yet"
      words={
        state.permits.send.allowed
          ? 'Write the first message below. What others say shows here as they say it.'
          : 'What others say shows here as they say it.'
      }
    />
  );
}

interface CalmProps {
  readonly title: string;
  readonly words?: string | undefined;
  readonly icon?: IconName;
  readonly isBusy?: boolean;
  readonly children?: React.ReactNode;
}

function Calm({
  title,
  words,
  icon = 'warning',
  isBusy = false,
  children,
}: CalmProps): ReactElement {
  return (
    <div className="ait-empty" role="status">
      {isBusy ? <span className="ait-spinner" aria-hidden="true" /> : <Icon name={icon} />}
      <p className="ait-empty-title">{title}</p>
      {words && <p className="ait-quiet">{words}</p>}
      {children}
    </div>
  );
}

function Skeleton(): ReactElement {
  return (
    <div className="ait-skeleton" role="status" aria-label="Loading the conversation">
      {['short', 'long', 'short', 'long'].map((length, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike.
        <div key={index} className="ait-skeleton-message" data-length={length}>
          <i />
          <i />
          <i />
        </div>
      ))}
    </div>
  );
}
