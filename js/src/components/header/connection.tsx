import { memo, type ReactElement } from 'react';
import type { CodecName } from '../../codec/codecs';
import type { ConnectionState } from '../../session/model';
import { runningText } from '../format';
import { useNow } from '../hooks';
import { Popover } from '../popover';
import { routeText, standingOf } from './standing';

export interface ConnectionProps {
  readonly connection: ConnectionState;
  readonly codec: CodecName;
  readonly read: number;
}

/** A dot and words for how the connection is; pressed, all that is known of it. */
export const Connection = memo(function Connection(props: ConnectionProps): ReactElement {
  const { connection } = props;
  const now = useNow(1_000, connection.phase !== 'live');
  const { tone, words } = standingOf(connection, now);
  const route = routeText(connection);
  return (
    <Popover
      label={`Connection: ${words}`}
      title={connection.address ? `${words}: ${connection.address}` : words}
      buttonClass="ait-standing"
      button={
        <>
          <span className="ait-dot" data-tone={tone} aria-hidden="true" />
          <span className="ait-standing-words">{words}</span>
          {route && <span className="ait-standing-route">{route}</span>}
        </>
      }
    >
      {() => <Details {...props} />}
    </Popover>
  );
});

function Details({ connection, codec, read }: ConnectionProps): ReactElement {
  const now = useNow(1_000, true);
  const { lagMs, tokenExpires, problem, address } = connection;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['State', standingOf(connection, now).words],
    ['For', runningText(now - connection.since)],
    ['Way', routeText(connection)],
    ['Server', address],
    ['Behind live', lagMs === undefined ? undefined : `${Math.max(0, Math.round(lagMs))} ms`],
    ['Token', tokenExpires === undefined ? 'none yet' : tokenText(tokenExpires - now)],
    ['Codec', codec],
    ['Read', `${read.toLocaleString('en')} messages of the channel`],
    ['Problem', problem?.message],
  ];
  return (
    <dl className="ait-facts">
      {rows.map(
        ([name, value]) =>
          value !== undefined && (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <bdi>{value}</bdi>
              </dd>
            </div>
          ),
      )}
    </dl>
  );
}

function tokenText(left: number): string {
  return left > 0 ? `good for ${runningText(left)}` : 'has run out';
}
