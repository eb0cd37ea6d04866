/** Texts in which nothing is hidden, and nothing turns the text around. */

import { clip } from './format';

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

function written(char: string): string {
  return `[U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`;
}
