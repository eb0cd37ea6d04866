/** What somebody wrote in Markdown, in the words in which it is read. */

const FENCE = /^[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*(`{3,}|~{3,})(.*)$/;
/** What stands before the words of a line: of a quote, a heading, or an item of a list. */
const LEAD = /^[ \t]*(?:(?:>|#{1,6}(?=[ \t])|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t]))[ \t]*)*/;
/** Between the head of a table and its rows, or across the page. */
const DIVIDER = /^[|:\- \t]+$/;
const CODE = /(?<![`\\])(`{1,2})(?!`)(.+?)(?<!`)\1(?!`)/g;
const LINK = /!?\[([^[\]]*)\]\([^()\s]*(?:[ \t]+"[^"]*")?\)/g;
/** A mark that a backslash makes a character, or emphasis where words begin or end. */
const MARKS =
  /\\([!-/:-@[-`{-~])|(?<!\w)(?:\*{1,3}|_{1,3}|~~)(?=\S)|(?<=\S)(?:\*{1,3}|_{1,3}|~~)(?!\w)/g;

/** Returns a text without the marks of Markdown, line by line; code stays as it is. */
export function wordsIn(markdown: string): string {
  let fence: string | undefined;
  const told: string[] = [];
  for (const line of markdown.split('\n')) {
    const [, ticks = '', info = ''] = FENCE.exec(line) ?? [];
    const isEnd = fence !== undefined && ticks.startsWith(fence) && info.trim() === '';
    if (isEnd) fence = undefined;
    else if (fence !== undefined) told.push(line);
    else if (ticks) fence = ticks;
    else if (!DIVIDER.test(line)) told.push(wordsOf(line));
    else told.push('');
  }
  return told.join('\n');
}

function wordsOf(line: string): string {
  const words = line.replace(LEAD, '');
  const cells = words.startsWith('|') ? words.replaceAll('|', ' ') : words;
  const told: string[] = [];
  let at = 0;
  for (const code of cells.matchAll(CODE)) {
    told.push(unmarked(cells.slice(at, code.index)), code[2] ?? '');
    at = code.index + code[0].length;
  }
  return [...told, unmarked(cells.slice(at))].join('');
}

function unmarked(text: string): string {
  return text.replace(LINK, '$1').replace(MARKS, '$1');
}
