import { Lexer, type Links, type MarkedToken, type Token } from 'marked';
import { isTangled, tame } from './tame';

/** One block of a text; `key` stays the same while it grows. */
export interface Block {
  readonly key: number;
  readonly raw: string;
  readonly type: MarkedToken['type'];
}

/** A text in blocks, and what is needed to go on from there when it has grown. */
export interface Split {
  readonly given: string;
  /** The blocks are the text as it was given: nothing in it had to be tamed. */
  readonly isAsGiven: boolean;
  readonly blocks: readonly Block[];
  /** Where links by name lead; the same object while none is added. */
  readonly links: Links;
}

const NOTHING: Split = { given: '', isAsGiven: true, blocks: [], links: {} };
const OPTIONS = { gfm: true } as const;

/** Splits a text into blocks. Of a text that only grew, just the end is read again. */
export function split(given: string, before: Split = NOTHING): Split {
  if (given === before.given) return before;
  const canGoOn = before.isAsGiven && given.startsWith(before.given);
  const settled = canGoOn ? settledBlocks(before.blocks) : [];
  const last = settled.at(-1);
  const from = last ? last.key + last.raw.length : 0;
  const rest = given.slice(from);
  const tamed = tame(rest);
  const blocks = [...settled, ...blocksOf(tamed, from)];
  return { given, isAsGiven: tamed === rest, blocks, links: linksOf(blocks, before.links) };
}

/** What a block consists of. One that the parser cannot read in time is text. */
export function lex(raw: string, links: Links): readonly MarkedToken[] {
  if (isTangled(raw)) return [plain(raw)];
  const lexer = new Lexer(OPTIONS);
  // With no prototype, as a link may be named `constructor`; a copy, as the parser adds to it.
  lexer.tokens.links = Object.assign(Object.create(null), links);
  return known(lexer.lex(raw));
}

/** No extension is in use: there are no tokens but marked's own. */
export function known(tokens: readonly Token[] | undefined): readonly MarkedToken[] {
  return (tokens ?? []) as readonly MarkedToken[];
}

/** The blocks that no further text can change: those before the last that stands alone. */
function settledBlocks(blocks: readonly Block[]): Block[] {
  let last = blocks.length - 1;
  while (last > 0 && !(blocks[last - 1]?.type === 'space' && endsAtSpace(blocks[last - 2]))) last--;
  return blocks.slice(0, Math.max(0, last));
}

function endsAtSpace(block: Block | undefined): boolean {
  return block?.type === 'paragraph' || block?.type === 'heading' || isFenced(block);
}

function isFenced(block: Block | undefined): boolean {
  return block?.type === 'code' && /^ {0,3}[`~]/.test(block.raw);
}

function blocksOf(text: string, from: number): Block[] {
  const blocks: Block[] = [];
  let key = from;
  for (const token of known(new Lexer(OPTIONS).blockTokens(text, []))) {
    blocks.push({ key, raw: token.raw, type: token.type });
    key += token.raw.length;
  }
  return blocks;
}

function linksOf(blocks: readonly Block[], before: Links): Links {
  const defined = blocks.filter((block) => block.type === 'def');
  if (defined.length === 0) return Object.keys(before).length === 0 ? before : {};
  const lexer = new Lexer(OPTIONS);
  lexer.blockTokens(defined.map((block) => block.raw).join('\n'), []);
  const links = lexer.tokens.links;
  return JSON.stringify(links) === JSON.stringify(before) ? before : links;
}

function plain(raw: string): MarkedToken {
  return { type: 'html', raw, text: raw, pre: false, block: true };
}
