import type { Author, ShownMessage } from '../shown/model';
import { visibleName } from './visible';

/** Whose words they are: a customer's, a machine's, a person's of the team, or nobody's. */
export type Side = 'user' | 'agent' | 'human' | 'system';

export interface Who {
  readonly name: string;
  readonly side: Side;
  /** What stands beside the name. */
  readonly badge?: string;
  /** The server knows that it is they. */
  readonly isVerified: boolean;
  /** Another name that the message gives itself, and nobody has verified. */
  readonly says?: string;
  /** All that is known, for a hint. */
  readonly hint: string;
}

/** Who an author is, as far as a token says; else by the side that they write on. */
export function whoIs(author: Author, wrote?: ShownMessage['role']): Who {
  const side = sideOf(author, wrote);
  const isVerified = author.clientId !== '';
  const claimed = author.says && author.says !== author.clientId ? visibleName(author.says) : '';
  const name = visibleName(author.clientId) || claimed || nobody(side);
  const badge = badgeOf(author, side);
  return {
    name,
    side,
    isVerified: isVerified || !claimed,
    ...(badge ? { badge } : {}),
    ...(isVerified && claimed ? { says: claimed } : {}),
    hint: hintOf(author, isVerified, claimed),
  };
}

/** A name in which nothing is hidden, and nothing turns the text around. */
export function nameOf(author: Author): string {
  return whoIs(author).name;
}

/** One or two letters for a name: of its first and last words where it has several. */
export function initialsOf(name: string, most: 1 | 2 = 2): string {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const chosen = most > 1 && words.length > 1 ? [words[0], words.at(-1)] : [words[0] ?? name];
  return chosen.map((word) => [...(word || '?')][0]?.toUpperCase()).join('');
}

/** What a token says of somebody, on one line. */
export function claimText(value: unknown): string {
  return visibleName(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
}

function sideOf(author: Author, wrote?: ShownMessage['role']): Side {
  if (author.role === 'operator' || author.role === 'lead') return 'human';
  if (author.role === 'agent') return 'agent';
  if (author.role !== undefined) return 'user';
  return wrote === 'assistant' ? 'agent' : (wrote ?? 'user');
}

function badgeOf(author: Author, side: Side): string | undefined {
  if (author.role === 'agent') return 'AI agent';
  if (author.role) return visibleName(author.role, 24);
  return side === 'agent' ? 'assistant' : undefined;
}

function nobody(side: Side): string {
  if (side === 'agent') return 'Assistant';
  return side === 'system' ? 'System' : 'Somebody';
}

function hintOf(author: Author, isVerified: boolean, claimed: string): string {
  const lines = [
    isVerified ? 'The server has verified this name.' : 'No verified name.',
    author.role === undefined ? 'No token says a role.' : `Role: ${visibleName(author.role)}`,
  ];
  if (claimed) lines.push(`The message calls itself “${claimed}”, which nobody has verified.`);
  for (const [claim, value] of Object.entries(author.claims ?? {})) {
    if (claim !== 'role') lines.push(`${visibleName(claim)}: ${claimText(value)}`);
  }
  return lines.join('\n');
}
