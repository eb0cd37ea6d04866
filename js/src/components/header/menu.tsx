import { type ReactElement, type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import type { Permit } from '../../session/model';
import { Button } from '../button';
import { counted } from '../format';
import { Icon, type IconName } from '../icons';
import { Popover } from '../popover';
import { visibleName } from '../visible';
import type { Stoppable } from './stopping';

export interface MenuProps {
  readonly stoppable: Stoppable;
  readonly cancel: Permit;
  readonly onCancelMine: () => void;
  readonly onCancelOf: (clientId: string) => void;
  readonly onCancelAll: () => void;
  readonly onCopy: () => void;
  readonly isNotifying: boolean;
  readonly onNotify: () => void;
  readonly onHelp: () => void;
}

/** What one does seldom, and stopping many Runs at once, which asks before it does so. */
export function Menu(props: MenuProps): ReactElement {
  return (
    <Popover label="More" buttonClass="ait-icon-button" button={<Icon name="more" />}>
      {(close) => <Entries {...props} close={close} />}
    </Popover>
  );
}

function Entries(props: MenuProps & { readonly close: () => void }): ReactElement {
  const { stoppable, cancel, close } = props;
  const [asked, setAsked] = useState<string>();
  const entry = (key: string, words: ReactNode, count: number, act: () => void): ReactElement => (
    <StopEntry
      key={key}
      words={words}
      count={count}
      isAsked={asked === key}
      permit={cancel}
      onAsk={() => setAsked(key)}
      onKeep={() => setAsked(undefined)}
      onStop={() => {
        act();
        close();
      }}
    />
  );
  return (
    <div className="ait-menu">
      <h3 className="ait-popover-title">Stop</h3>
      {entry('mine', 'My Runs', stoppable.mine, props.onCancelMine)}
      {stoppable.clients.map(({ clientId, count }) =>
        entry(
          `of ${clientId}`,
          <>
            Runs of <bdi>{visibleName(clientId)}</bdi>
          </>,
          count,
          () => props.onCancelOf(clientId),
        ),
      )}
      {entry('all', 'All Runs', stoppable.all, props.onCancelAll)}
      {!cancel.allowed && <p className="ait-note">{cancel.why}</p>}
      <hr />
      <Entry icon="copy" words="Copy transcript" act={props.onCopy} close={close} />
      <Entry
        icon={props.isNotifying ? 'bell' : 'bellOff'}
        words={props.isNotifying ? 'Stop notifying me' : 'Notify me while this tab is hidden'}
        act={props.onNotify}
        close={close}
      />
      <Entry icon="help" words="Keys" act={props.onHelp} close={close} />
    </div>
  );
}

function Entry(props: {
  readonly icon: IconName;
  readonly words: string;
  readonly act: () => void;
  readonly close: () => void;
}): ReactElement {
  const onClick = (): void => {
    props.close();
    props.act();
  };
  return (
    <button type="button" className="ait-menu-entry" onClick={onClick}>
      <Icon name={props.icon} />
      {props.words}
    </button>
  );
}

interface StopEntryProps {
  readonly words: ReactNode;
  readonly count: number;
  readonly isAsked: boolean;
  readonly permit: Permit;
  readonly onAsk: () => void;
  readonly onKeep: () => void;
  readonly onStop: () => void;
}

function StopEntry(props: StopEntryProps): ReactElement {
  const { words, count, isAsked, permit, onAsk, onKeep, onStop } = props;
  const place = useRef<HTMLDivElement>(null);
  const wasAsked = useRef(isAsked);
  // The button that was pressed has gone: the focus is for what stands there now.
  useLayoutEffect(() => {
    if (isAsked !== wasAsked.current) place.current?.querySelector('button')?.focus();
    wasAsked.current = isAsked;
  }, [isAsked]);
  if (isAsked) {
    return (
      <div className="ait-menu-asks" ref={place}>
        <span>Stop {counted(count, 'Run')}?</span>
        <Button tone="bad" onClick={onStop}>
          Stop
        </Button>
        <Button onClick={onKeep}>Keep</Button>
      </div>
    );
  }
  return (
    <div className="ait-menu" ref={place}>
      <button
        type="button"
        className="ait-menu-entry"
        disabled={count === 0 || !permit.allowed}
        title={permit.allowed ? undefined : permit.why}
        onClick={onAsk}
      >
        <Icon name="stop" />
        <span>{words}</span>
        <span className="ait-count">{count}</span>
      </button>
    </div>
  );
}
