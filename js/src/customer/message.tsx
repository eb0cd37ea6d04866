import { type ReactNode, useState } from 'react';
import { visibleName } from '../components/visible';
import type { Author } from './authors';
import type { Conversation, Line } from './conversation';
import { Editing } from './editing';
import { PartView } from './parts';

interface Props {
  readonly line: Line;
  readonly author: Author;
  readonly isLast: boolean;
  readonly conversation: Conversation;
}

const BADGES: Readonly<Record<Author['kind'], string>> = {
  me: '',
  customer: 'customer',
  person: 'person',
  ai: 'AI',
};

/** What is said of an answer whose agent is gone. */
export const LEFT =
  'The assistant is not there any more. Your words are kept; it goes on when it is back.';

export function Bubble({ line, author, isLast, conversation }: Props): ReactNode {
  const [isEditing, setEditing] = useState(false);
  const { message, run, id } = line;
  const badge = BADGES[author.kind];
  return (
    <li
      className="line"
      data-author={author.kind}
      aria-busy={isLast && run?.status === 'active' && !line.isLeft}
    >
      {author.kind === 'me' ? (
        <span className="unseen">You said:</span>
      ) : (
        <p className="byline">
          <bdi>{visibleName(author.name)}</bdi> {badge && <span className="badge">{badge}</span>}
        </p>
      )}
      {isEditing ? (
        <Editing
          text={textOf(line)}
          onCancel={() => setEditing(false)}
          onSave={(text) => {
            setEditing(false);
            conversation.edit(id, text);
          }}
        />
      ) : (
        <div className="bubble">
          {message.parts.map((part, place) => (
            <PartView
              // biome-ignore lint/suspicious/noArrayIndexKey: parts only ever come at the end
              key={place}
              part={part}
              isOpen={run?.status === 'suspended'}
              onDecide={(call, approved, reason) => conversation.decide(id, call, approved, reason)}
              onAnswer={(call, output) => conversation.answer(id, call, output)}
            />
          ))}
        </div>
      )}
      <Ending line={line} />
      {!isEditing && (
        <Actions
          line={line}
          author={author}
          conversation={conversation}
          onEdit={() => setEditing(true)}
        />
      )}
    </li>
  );
}

/** How its Run has ended, or been left, where that is worth a word. */
function Ending({ line: { run, isLastOfRun, isLeft } }: { readonly line: Line }): ReactNode {
  if (!isLastOfRun || !run) return null;
  if (isLeft) return <p className="note">{LEFT}</p>;
  if (run.status === 'cancelled') return <p className="note">This answer was stopped.</p>;
  if (run.status !== 'error') return null;
  return <p className="note bad">This answer broke off: {run.error.message}</p>;
}

interface ActionsProps {
  readonly line: Line;
  readonly author: Author;
  readonly conversation: Conversation;
  readonly onEdit: () => void;
}

function Actions({ line, author, conversation, onEdit }: ActionsProps): ReactNode {
  const { versions, run, isLastOfRun, isSteer, id } = line;
  const isOver = run !== undefined && run.status !== 'active' && run.status !== 'suspended';
  const canRepeat = author.kind === 'ai' && isLastOfRun && isOver;
  const canEdit = author.kind === 'me' && !isSteer && !conversation.isAnswering;
  if (versions.count < 2 && !canRepeat && !canEdit) return null;
  return (
    <div className="actions">
      {versions.count > 1 && <Versions versions={versions} />}
      {canEdit && (
        <button type="button" onClick={onEdit}>
          Edit
        </button>
      )}
      {canRepeat && (
        <button type="button" onClick={() => conversation.regenerate(id)}>
          Answer again
        </button>
      )}
    </div>
  );
}

function Versions({ versions: { index, count, select } }: Pick<Line, 'versions'>): ReactNode {
  return (
    <fieldset className="versions" aria-label="Versions of this message">
      <button
        type="button"
        aria-label="Earlier version"
        disabled={index === 0}
        onClick={() => select(index - 1)}
      >
        ‹
      </button>
      <span>
        {index + 1}/{count}
      </span>
      <button
        type="button"
        aria-label="Later version"
        disabled={index === count - 1}
        onClick={() => select(index + 1)}
      >
        ›
      </button>
    </fieldset>
  );
}

function textOf({ message }: Line): string {
  return message.parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
}
