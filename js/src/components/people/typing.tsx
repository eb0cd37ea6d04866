import { memo, type ReactElement } from 'react';
import type { ShownMember } from '../../session/model';
import { nameOf } from '../names';

/** Who else is typing, in a line of its own height so that nothing jumps. */
export const Typing = memo(function Typing(props: {
  readonly members: readonly ShownMember[];
}): ReactElement | undefined {
  const names = props.members
    .filter((member) => member.isTyping && !member.isSelf)
    .map((member) => nameOf(member.author));
  if (names.length === 0) return undefined;
  return (
    <p className="ait-typing">
      <Dots />
      <span>
        <bdi>{names[0]}</bdi>
        {names.length === 2 && (
          <>
            {' and '}
            <bdi>{names[1]}</bdi>
          </>
        )}
        {names.length > 2 && ` and ${names.length - 1} others`}
        {names.length === 1 ? ' is typing' : ' are typing'}
      </span>
    </p>
  );
});

export function Dots(): ReactElement {
  return (
    <span className="ait-dots" aria-hidden="true">
      <i />
      <i />
      <i />
    </span>
  );
}
