import { memo } from 'react';
import type { ShownMessage } from '../../shown/model';
import { whoIs } from '../names';
import { RunIsOver } from './acting';
import { useKept } from './kept';
import { MessageActions } from './message-actions';
import { MessageEditor } from './message-editor';
import { Parts } from './parts/parts';
import { Avatar, Name, Time } from './who';
import { WishNote } from './wish-note';

interface MessageProps {
  readonly message: ShownMessage;
  readonly goesOn: boolean;
  readonly isOver: boolean;
  /** No answer has followed it yet. */
  readonly isUnanswered: boolean;
}

/** Who said it, when, and what. */
export const Message = memo(function Message(props: MessageProps) {
  const { message, goesOn, isOver, isUnanswered } = props;
  const { wish, role } = message;
  const who = whoIs(message.author, message.role);
  const [isEditing, setEditing] = useKept('editing', false);
  return (
    <div
      className={`ait-message ait-side-${who.side}`}
      data-role={message.role}
      data-goes-on={goesOn || undefined}
      data-moderated={message.moderated}
    >
      <header className="ait-message-head">
        {goesOn ? null : (
          <>
            <Avatar who={who} />
            <Name who={who} />
          </>
        )}
        <Marks message={message} />
        {message.at === undefined ? null : <Time at={message.at} />}
        <MessageActions message={message} isEditing={isEditing} edit={() => setEditing(true)} />
      </header>
      <RunIsOver value={isOver}>
        <div className="ait-message-body">
          {isEditing ? (
            <MessageEditor message={message} close={() => setEditing(false)} />
          ) : (
            <Parts message={message} />
          )}
          {hasNothing(message) && !isEditing ? <Nothing message={message} /> : null}
          {wish && (isUnanswered || role === 'assistant') ? (
            <WishNote wish={wish} isAgain={role === 'assistant'} />
          ) : null}
        </div>
      </RunIsOver>
    </div>
  );
});

const STEERS = {
  consumed: { text: 'taken up', hint: 'The agent has taken this up in the running answer' },
  'not consumed': { text: 'not taken up', hint: 'The Run ended before the agent took this up' },
  unsettled: {
    text: 'steer',
    hint: 'Said into the running answer; not known yet whether it is taken up',
  },
} as const;

function Marks({ message }: { message: ShownMessage }) {
  const { steer, moderated } = message;
  return (
    <>
      {steer ? (
        <span className="ait-mark" data-mark={steer} title={STEERS[steer].hint}>
          {STEERS[steer].text}
        </span>
      ) : null}
      {moderated ? (
        <span
          className="ait-mark"
          data-mark={moderated}
          title={`Somebody has ${moderated} what it said`}
        >
          {moderated}
        </span>
      ) : null}
    </>
  );
}

function hasNothing(message: ShownMessage): boolean {
  return !message.parts.some((part) => part.kind !== 'step' && (!('text' in part) || part.text));
}

function Nothing({ message }: { message: ShownMessage }) {
  if (message.moderated === 'deleted')
    return <p className="ait-nothing">What it said was deleted.</p>;
  const isComing = message.parts.some((part) => 'isStreaming' in part && part.isStreaming);
  return isComing ? null : <p className="ait-nothing">Nothing is in this message.</p>;
}
