import type { ReactNode } from 'react';
import { visibleName } from '../components/visible';
import type { Standing } from './connection';
import type { Member } from './presence';

interface Props {
  readonly session: string;
  readonly others: readonly Member[];
  readonly standing: Standing;
}

export function Header({ session, others, standing }: Props): ReactNode {
  return (
    <header className="head">
      <span className="shop" aria-hidden="true">
        <svg viewBox="0 0 24 24" width="22" height="22" fill="currentColor" aria-hidden="true">
          <path d="M4 4h16a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-8l-5 4v-4H4a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2z" />
        </svg>
      </span>
      <div className="who">
        <h1>Support chat</h1>
        <p>{whoIsHere(others)}</p>
      </div>
      <div className="where">
        <span className="stamp" title={visibleName(session)}>
          Customer’s page
        </span>
        <span className="standing" data-tone={standing.tone} role="status">
          {standing.words}
        </span>
      </div>
    </header>
  );
}

function whoIsHere(others: readonly Member[]): ReactNode {
  const people = others.filter(({ role }) => role === 'operator' || role === 'lead');
  const [person, ...more] = people;
  if (!person) return 'An assistant answers; a person can join.';
  return (
    <>
      <bdi>{visibleName(person.clientId)}</bdi>
      {more.length > 0 && ` and ${more.length} more`} from our team {more.length > 0 ? 'are' : 'is'}{' '}
      here
    </>
  );
}
