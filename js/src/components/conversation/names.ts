import type { Author, ShownMessage } from '../../shown/model';
import { clip } from './format';

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

const LONGEST_NAME = 80;
// What joins emoji is part of what one sees; so is the mark that gives them colour (U+FE0F).
const JOINS_EMOJI =
  /(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}]\uFE0F?)\u200D(?=\p{Extended_Pictographic})/u;
const FILLERS =
  /\u034F|\u115F|\u1160|\u17B4|\u17B5|\u2800|\u3164|\uFFA0|[\uFE00-\uFE0E]|[\u{E0100}-\u{E01EF}]/u;
const UNSEEN = new RegExp(
  `(?!${JOINS_EMOJI.source})(?:[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}]|${FILLERS.source})`,
  'gu',
);
const TURNING = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/;

/** A name on one line, in which what cannot be seen, or turns the text around, is written out. */
export function visibleName(name: string, most = LONGEST_NAME): string {
  const spaced = name.replace(/[ \t\n\r\u00A0\u2000-\u200A\u3000]+/g, ' ').replace(/^ | $/g, '');
  const clipped = spaced.length > most ? `${clip(spaced, most)}…` : spaced;
  return clipped.replace(UNSEEN, written);
}

/** Code or data in which what cannot be seen is written out; lines stay lines. */
export function visibleText(text: string): string {
  return text.replace(UNSEEN, (char) => (char === '\n' || char === '\t' ? char : written(char)));
}

/** Whether a text has marks that turn the reading order around. */
export function turnsAround(text: string): boolean {
  return TURNING.test(text);
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
    if (claim !== 'role')
      lines.push(
        `${visibleName(claim)}: ${visibleName(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))}`,
      );
  }
  return lines.join('\n');
}

function written(char: string): string {
  return `[U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`;
}
