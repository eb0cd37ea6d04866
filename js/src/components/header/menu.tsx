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
  /** How many questions of one's own no agent has begun. */
  readonly waiting: number;
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
  const { stoppable, waiting, cancel, close } = props;
  const [asked, setAsked] = useState<string>();
  const entry = (
    key: string,
    words: ReactNode,
    runs: number,
    act: () => void,
    questions = 0,
  ): ReactElement => (
    <StopEntry
      key={key}
      words={words}
      runs={runs}
      questions={questions}
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
      {entry(
        'mine',
        waiting ? 'My Runs, and my questions that wait' : 'My Runs',
        stoppable.mine,
        props.onCancelMine,
        waiting,
      )}
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
  readonly runs: number;
  /** Those that no agent has begun: they are taken back. */
  readonly questions: number;
  readonly isAsked: boolean;
  readonly permit: Permit;
  readonly onAsk: () => void;
  readonly onKeep: () => void;
  readonly onStop: () => void;
}

function StopEntry(props: StopEntryProps): ReactElement {
  const { words, runs, questions, isAsked, onAsk, onKeep, onStop } = props;
  const permit = runs + questions > 0 ? props.permit : NOTHING;
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
        <span>{askText(runs, questions)}</span>
        <Button tone="bad" onClick={onStop}>
          {runs > 0 ? 'Stop' : 'Take back'}
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
        // One can come to it all the same, and learn why it does nothing.
        aria-disabled={!permit.allowed || undefined}
        title={permit.allowed ? undefined : permit.why}
        onClick={permit.allowed ? onAsk : undefined}
      >
        <Icon name="stop" />
        <span>{words}</span>
        <span className="ait-count">{runs + questions}</span>
      </button>
    </div>
  );
}

const NOTHING: Permit = { allowed: false, why: 'There is none that is open' };

function askText(runs: number, questions: number): string {
  const stop = runs > 0 && `Stop ${counted(runs, 'Run')}`;
  const takeBack = questions > 0 && `take back ${counted(questions, 'question')}`;
  const words = [stop, takeBack].filter(Boolean).join(', ');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}?`;
}
