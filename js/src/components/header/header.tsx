import { memo, type ReactElement } from 'react';
import type { CodecName } from '../../codec/codecs';
import type { ConnectionState, Permits, ShownMember } from '../../session/model';
import { IconButton } from '../button';
import { People } from '../people/people';
import { visibleName } from '../visible';
import { Connection } from './connection';
import { Menu, type MenuProps } from './menu';

/** What the header's buttons do; each has a key as well. */
export interface Toggles {
  readonly isTreeOpen: boolean;
  readonly isSearchOpen: boolean;
  readonly isNotifying: boolean;
  readonly isFull: boolean;
  readonly isHelpOpen: boolean;
  toggleTree(): void;
  toggleSearch(): void;
  toggleNotifying(): void;
  toggleFull(): void;
  toggleHelp(): void;
}

export interface HeaderProps {
  readonly session: string;
  readonly codec: CodecName;
  readonly connection: ConnectionState;
  readonly read: number;
  readonly members: readonly ShownMember[];
  readonly permits: Permits;
  /** Undefined where there is no room beside the conversation, or where the console has its page for itself. */
  readonly canSplit: boolean;
  readonly canFill: boolean;
  readonly toggles: Toggles;
  readonly menu: MenuProps;
}

export const Header = memo(function Header(props: HeaderProps): ReactElement {
  const { session, codec, connection, members, permits, menu } = props;
  const name = visibleName(session, session.length);
  return (
    <header className="ait-header">
      <h2 className="ait-session" title={name}>
        <bdi>{name}</bdi>
      </h2>
      <Connection connection={connection} codec={codec} read={props.read} />
      <span className="ait-space" />
      <People members={members} presence={permits.presence} />
      <Buttons {...props} />
      <Menu {...menu} />
    </header>
  );
});

function Buttons({ toggles, canSplit, canFill }: HeaderProps): ReactElement {
  const { isTreeOpen, isSearchOpen, isNotifying, isFull, isHelpOpen } = toggles;
  return (
    <div className="ait-header-buttons">
      <IconButton
        icon="search"
        label="Search"
        shortcut="/"
        aria-pressed={isSearchOpen}
        onClick={toggles.toggleSearch}
      />
      {canSplit && (
        <IconButton
          icon="tree"
          label="Branch tree"
          shortcut="t"
          aria-pressed={isTreeOpen}
          onClick={toggles.toggleTree}
        />
      )}
      <IconButton
        icon={isNotifying ? 'bell' : 'bellOff'}
        label="Notify me when a Run ends or needs a person while this tab is hidden"
        aria-pressed={isNotifying}
        className="ait-when-wide"
        onClick={toggles.toggleNotifying}
      />
      {canFill && (
        <IconButton
          icon={isFull ? 'shrink' : 'expand'}
          label="Full window"
          shortcut="f"
          aria-pressed={isFull}
          onClick={toggles.toggleFull}
        />
      )}
      <IconButton
        icon="help"
        label="Keys"
        shortcut="?"
        aria-pressed={isHelpOpen}
        className="ait-when-wide"
        onClick={toggles.toggleHelp}
      />
    </div>
  );
}
