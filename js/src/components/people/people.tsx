import { memo, type ReactElement } from 'react';
import type { Permit, ShownMember } from '../../session/model';
import { counted } from '../format';
import { Icon } from '../icons';
import { claimText, nameOf, whoIs } from '../names';
import { Popover } from '../popover';
import { visibleName } from '../visible';
import { Avatar } from './avatar';

/** How many faces there are in a narrow header, and in one that has room. */
const FEW = 2;
const MANY = 4;

export interface PeopleProps {
  readonly members: readonly ShownMember[];
  readonly presence: Permit;
}

/** Who is here: a few faces, and a list of all when one presses them. */
export const People = memo(function People({ members, presence }: PeopleProps): ReactElement {
  return (
    <Popover
      label={`People: ${counted(members.length, 'is', 'are')} here`}
      title={members.map((member) => nameOf(member.author)).join(', ') || 'Nobody is here'}
      buttonClass="ait-people"
      button={<Faces members={members} />}
    >
      {() => (
        <>
          <h3 className="ait-popover-title">{counted(members.length, 'is', 'are')} here</h3>
          {!presence.allowed && <p className="ait-note">{presence.why}</p>}
          <ul className="ait-people-list">
            {members.map((member) => (
              <Person key={member.connectionId} member={member} />
            ))}
          </ul>
        </>
      )}
    </Popover>
  );
});

function Faces({ members }: Pick<PeopleProps, 'members'>): ReactElement {
  const face = (member: ShownMember): ReactElement => (
    <Avatar key={member.connectionId} {...member} />
  );
  const more = (shown: number): ReactElement | false =>
    members.length > shown && <span className="ait-people-more">+{members.length - shown}</span>;
  return (
    <>
      {members.slice(0, FEW).map(face)}
      <span className="ait-people-rest ait-when-narrow">{more(FEW)}</span>
      <span className="ait-people-rest ait-when-wide">
        {members.slice(FEW, MANY).map(face)}
        {more(MANY)}
      </span>
      {members.length === 0 && <span className="ait-people-more">0</span>}
    </>
  );
}

function Person({ member }: { readonly member: ShownMember }): ReactElement {
  const { author, isSelf, isAgent, isTyping, status } = member;
  const { name, says } = whoIs(author);
  const claims = Object.entries(author.claims ?? {});
  return (
    <li className="ait-person">
      <Avatar author={author} isAgent={isAgent} isTyping={isTyping} />
      <div className="ait-person-words">
        <div className="ait-person-name">
          <bdi>{name}</bdi>
          {isSelf && <span className="ait-tag">you</span>}
          <Role role={author.role} isAgent={isAgent} />
        </div>
        {claims.length > 0 && (
          <div className="ait-person-claims" title="As the token says">
            {claims.map(([claim, value]) => (
              <span key={claim}>
                <bdi>{visibleName(claim)}</bdi> <bdi className="ait-strong">{claimText(value)}</bdi>
              </span>
            ))}
          </div>
        )}
        {says && (
          <div className="ait-quiet">
            says <bdi>“{says}”</bdi>, which nobody has verified
          </div>
        )}
        {(isTyping || status) && (
          <div className="ait-quiet">{isTyping ? 'is typing' : <bdi>{status}</bdi>}</div>
        )}
      </div>
    </li>
  );
}

/** A role counts where the token says it; the mark is for nothing else. */
function Role(props: {
  readonly role: string | undefined;
  readonly isAgent: boolean;
}): ReactElement {
  if (props.role === undefined) {
    return <span className="ait-quiet">{props.isAgent ? 'agent' : 'no verified role'}</span>;
  }
  return (
    <span className="ait-role" title="Verified: the token says so">
      <Icon name="shield" />
      <bdi>{visibleName(props.role)}</bdi>
      <span className="ait-unseen">, verified</span>
    </span>
  );
}
