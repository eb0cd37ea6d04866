/** Who wrote what: as the server verified it, and not as messages say. */

import { claimIn, roleIn } from '../wire/claims';
import { AI_INPUT, AI_OUTPUT, KIND } from '../wire/names';
import type { Record } from '../wire/record';
import type { Author } from './model';
import { fieldsOf, given } from './values';

export const NOBODY: Author = { clientId: '' };

/** Returns who a message or a member is from, by what the server put beside it. */
export function authorOf(told: { clientId?: string | undefined; extras?: unknown }): Author {
  const claim = claimIn(told.extras);
  // A console's own mark in the claim of its tokens is for nobody to see.
  const { role: _, console: __, ...claims } = fieldsOf(claim);
  const isAny = Object.keys(claims).length > 0;
  const shown = given({ role: roleIn(claim), claims: isAny ? claims : undefined });
  return { clientId: told.clientId ?? '', ...shown };
}

/**
 * Returns who wrote a message, given its records.
 *
 * One that several have had a hand in has no author: nobody answers for all of it.
 */
export function writerOf(records: readonly Record[], counts: (record: Record) => boolean): Author {
  const hands = new Map<string, Author>();
  for (const record of records) {
    if (!saysSomething(record) || !counts(record)) continue;
    const author = authorOf(record);
    hands.set(`${author.role ?? ''} ${author.clientId}`, author);
    const { versionClientId } = record;
    if (versionClientId !== undefined && versionClientId !== record.clientId) return NOBODY;
  }
  const [only] = hands.values();
  return hands.size === 1 && only ? only : NOBODY;
}

/** A word on a tool call is no part of what its message says. */
function saysSomething(record: Record): boolean {
  const isUsers = record.name === AI_INPUT && record.codec[KIND] === 'user-message';
  return isUsers || record.name === AI_OUTPUT;
}
