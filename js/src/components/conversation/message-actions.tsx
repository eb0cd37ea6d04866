import type { Permit } from '../../session/model';
import type { ShownMessage } from '../../shown/model';
import { IconButton } from '../button';
import { useDoing } from '../use-doing';
import { ProblemNote, useActing } from './acting';
import { CopyButton } from './copy-button';

interface MessageActionsProps {
  readonly message: ShownMessage;
  readonly isEditing: boolean;
  readonly edit: () => void;
}

/** The versions at a message's place, and what one may do with it. */
export function MessageActions({ message, isEditing, edit }: MessageActionsProps) {
  const { actions, permits } = useActing();
  const regenerating = useDoing();
  const isSteer = message.steer !== undefined;
  const isAsked = message.wish !== undefined && !message.wish.withdrawnBy;
  return (
    <>
      <div className="ait-message-end">
        <span className="ait-tools" data-tools>
          {message.text ? <CopyButton text={() => message.text} label="Copy the text" /> : null}
          {message.role === 'user' && !isSteer && !isEditing ? (
            <IconButton
              icon="edit"
              label="Edit, as a new version"
              permit={permits.edit}
              onClick={edit}
            />
          ) : null}
          {message.role === 'assistant' ? (
            <IconButton
              icon="again"
              data-acts
              label="Answer again, as a new version"
              permit={regenerating.isPending ? PENDING : isAsked ? ASKED : permits.regenerate}
              onClick={() => void regenerating.run(() => actions.regenerate(message.id))}
            />
          ) : null}
        </span>
        {message.branch ? <Versions id={message.id} branch={message.branch} /> : null}
      </div>
      <ProblemNote problem={regenerating.problem} />
    </>
  );
}

const PENDING: Permit = { allowed: false, why: 'It is on its way' };
const ASKED: Permit = {
  allowed: false,
  why: 'Another answer is asked for, and no agent has begun it yet',
};
const FIRST: Permit = { allowed: false, why: 'This is the first version' };
const LAST: Permit = { allowed: false, why: 'This is the last version' };
const ALLOWED: Permit = { allowed: true };

interface VersionsProps {
  readonly id: string;
  readonly branch: { readonly index: number; readonly count: number };
}

function Versions({ id, branch: { index, count } }: VersionsProps) {
  const { actions } = useActing();
  return (
    <fieldset className="ait-versions">
      <legend className="ait-unseen">Versions</legend>
      <IconButton
        icon="left"
        data-acts
        label="Previous version"
        permit={index > 0 ? ALLOWED : FIRST}
        onClick={() => actions.select(id, index - 1)}
      />
      <span>
        <span className="ait-unseen">Version </span>
        {index + 1}/{count}
      </span>
      <IconButton
        icon="right"
        data-acts
        label="Next version"
        permit={index < count - 1 ? ALLOWED : LAST}
        onClick={() => actions.select(id, index + 1)}
      />
    </fieldset>
  );
}
