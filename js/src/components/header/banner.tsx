import { memo, type ReactElement } from 'react';
import type { ConnectionState } from '../../session/model';
import { Button } from '../button';
import { useNow } from '../hooks';
import { Icon } from '../icons';
import { bannerOf } from './standing';

export interface BannerProps {
  readonly connection: ConnectionState;
  /** What stands in the place of the conversation says it already. */
  readonly isSaidElsewhere: boolean;
  readonly onReconnect: () => void;
}

/** A line across the console for what will not mend itself, and how to mend it. */
export const ConnectionBanner = memo(function ConnectionBanner(
  props: BannerProps,
): ReactElement | undefined {
  const now = useNow(1_000, props.connection.phase !== 'live');
  const banner = bannerOf(props.connection, now);
  if (!banner || props.isSaidElsewhere) return undefined;
  return (
    <div
      className="ait-banner"
      data-tone={banner.tone}
      role={banner.tone === 'bad' ? 'alert' : 'status'}
    >
      <Icon name={banner.tone === 'bad' ? 'warning' : 'info'} />
      <p>
        <strong>{banner.message}</strong>
        {banner.hint && ` ${banner.hint}`}
        {banner.code !== undefined && <span className="ait-quiet"> ({banner.code})</span>}
      </p>
      {banner.canReconnect && <Button onClick={props.onReconnect}>Reconnect</Button>}
    </div>
  );
});
