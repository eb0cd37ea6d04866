import type { CSSProperties, ReactElement } from 'react';
import type { Author } from '../../shown/model';
import { Icon } from '../icons';
import { initialsOf, nameOf } from '../names';
import { hueOf } from './colour';

export interface AvatarProps {
  readonly author: Author;
  readonly isAgent: boolean;
  readonly isTyping?: boolean;
}

/** Round with initials for a person, square with a face of its own for an agent. */
export function Avatar({ author, isAgent, isTyping = false }: AvatarProps): ReactElement {
  const style = { '--ait-hue': hueOf(author.clientId) } as CSSProperties;
  return (
    <span
      className="ait-face"
      data-agent={isAgent || undefined}
      data-typing={isTyping || undefined}
      style={style}
      aria-hidden="true"
    >
      {isAgent ? <Icon name="agent" /> : initialsOf(nameOf(author))}
    </span>
  );
}
