/** Finds words in all that has been said, on the path or not. */

import { type Read, saidIn, showMessage } from './message';
import type { Found } from './model';
import { wordsIn } from './prose';

/** More than anybody reads. */
const MOST = 200;
/** How much of a text is shown around what was found. */
const BEFORE = 40;
const AFTER = 80;

/** A text without what search does not tell apart: case, accents, and the kind of space. */
interface Folded {
  readonly text: string;
  readonly folded: string;
}

/** What a message says as it is read, and as it was written where that is something else. */
interface Texts {
  readonly written: string;
  readonly ways: readonly Folded[];
}

/** Searches a conversation, and remembers its texts as it looks for them. */
export class Search {
  readonly #read: Read;
  readonly #texts = new Map<string, Texts>();

  constructor(read: Read) {
    this.#read = read;
  }

  /** Returns where all of the words are, newest first. */
  find(query: string): readonly Found[] {
    const phrase = fold(query).trim().replace(/ +/g, ' ');
    if (!phrase) return [];
    const words = phrase.split(' ');
    const found: Found[] = [];
    const { tree, view } = this.#read;
    for (const node of tree.nodes.toReversed()) {
      const isOnPath = view.placeOf(node.key) !== undefined;
      for (const message of tree.messagesOf(node).toReversed()) {
        if (found.length >= MOST) return found;
        const { codecMessageId: messageId } = message;
        const ways = this.#waysOf(messageId, saidIn(this.#read, node, message));
        const place = placeIn(ways, phrase, words);
        if (!place) continue;
        const { author } = showMessage(this.#read, node, message);
        const excerpt = excerptOf(place.text, place.wanted);
        found.push({ messageId, nodeKey: node.key, author, isOnPath, ...excerpt });
      }
    }
    return found;
  }

  #waysOf(messageId: string, { role, text }: ReturnType<typeof saidIn>): readonly Folded[] {
    const known = this.#texts.get(messageId);
    if (known?.written === text) return known.ways;
    // What a user types is shown as they typed it.
    const read = role === 'user' ? text : wordsIn(text);
    const ways = [...new Set([read, text])].map((each) => ({ text: each, folded: fold(each) }));
    this.#texts.set(messageId, { written: text, ways });
    return ways;
  }
}

/** Returns the way of reading in which all of the words are, and which of them to show. */
function placeIn(
  ways: readonly Folded[],
  phrase: string,
  words: readonly string[],
): { readonly text: string; readonly wanted: string } | undefined {
  const having = ways.filter(({ folded }) => words.every((word) => folded.includes(word)));
  const whole = having.find(({ folded }) => folded.includes(phrase));
  const way = whole ?? having[0];
  return way && { text: way.text, wanted: whole ? phrase : (words[0] ?? phrase) };
}

/** Returns some words around what is wanted; where a text has it once it is folded. */
function excerptOf(text: string, wanted: string): Pick<Found, 'excerpt' | 'begin' | 'end'> {
  const [begin, end] = placeOf(text, wanted);
  const from = startOf(text, begin);
  const to = Math.min(text.length, end + AFTER);
  const [lead, tail] = [from > 0 ? '…' : '', to < text.length ? '…' : ''];
  // One for one, so that the places stay.
  const shown = text.slice(from, to).replace(/\s/g, ' ');
  const shift = lead.length - from;
  return { excerpt: lead + shown + tail, begin: begin + shift, end: end + shift };
}

/** Returns a place a little before, at the beginning of a word if there is one near. */
function startOf(text: string, begin: number): number {
  const earliest = Math.max(0, begin - BEFORE);
  if (earliest === 0) return 0;
  const space = text.slice(earliest, begin).search(/\s/);
  return space < 0 ? earliest : earliest + space + 1;
}

/** Folding changes lengths: the places in the text are found character by character. */
function placeOf(text: string, wanted: string): [number, number] {
  const places: number[] = [];
  let folded = '';
  let at = 0;
  for (const character of text) {
    const plain = fold(character);
    for (let unit = 0; unit < plain.length; unit += 1) places.push(at);
    folded += plain;
    at += character.length;
  }
  places.push(at);
  const begin = folded.indexOf(wanted);
  if (begin < 0) return [0, 0];
  return [places[begin] ?? 0, places[begin + wanted.length] ?? at];
}

function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/\s/g, ' ');
}
