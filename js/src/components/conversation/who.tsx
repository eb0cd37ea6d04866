import { memo } from 'react';
import type { Author, ShownMessage } from '../../shown/model';
import { clockText, fullTimeText } from '../format';
import { Icon } from '../icons';
import { initialsOf, type Who, whoIs } from '../names';

interface AuthorProps {
  readonly author: Author;
  readonly wrote?: ShownMessage['role'] | undefined;
}

/** The round mark at the beginning of a message; its shape and colour say whose side it is. */
export function Avatar({ who }: { who: Who }) {
  return (
    <span className={`ait-avatar ait-side-${who.side}`} aria-hidden="true">
      {who.side === 'agent' || who.side === 'human' ? (
        <Icon name={who.side} />
      ) : (
        initialsOf(who.name, 1)
      )}
    </span>
  );
}

/** A name as a token vouches for it, with the role beside it. */
export function Name({ who }: { who: Who }) {
  return (
    <span className={`ait-who ait-side-${who.side}`} title={who.hint}>
      <bdi className="ait-who-name">{who.name}</bdi>
      {who.isVerified ? null : <span className="ait-badge ait-badge-doubt">unverified</span>}
      {who.badge ? <span className="ait-badge">{who.badge}</span> : null}
      {who.says ? (
        <span className="ait-who-says">
          calls itself “<bdi>{who.says}</bdi>”{' '}
          <span className="ait-badge ait-badge-doubt">unverified</span>
        </span>
      ) : null}
    </span>
  );
}

/** Only the name, within a sentence. */
export function PlainName({ author, wrote }: AuthorProps) {
  const who = whoIs(author, wrote);
  return (
    <bdi className={`ait-who-plain ait-side-${who.side}`} title={who.hint}>
      {who.name}
    </bdi>
  );
}

/** Made once: a date takes longer to write out than all else about a message that grows. */
export const Time = memo(function Time({ at }: { at: number }) {
  if (Number.isNaN(new Date(at).getTime())) return null;
  return (
    <time className="ait-time" dateTime={new Date(at).toISOString()} title={fullTimeText(at)}>
      {clockText(at)}
    </time>
  );
});
