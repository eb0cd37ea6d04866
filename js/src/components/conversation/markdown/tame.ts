/** Deeper nesting than anybody reads: beyond it, markers are text. */
const DEEPEST = 16;
const DEEPEST_INDENT = 48;
const MOST_MARKS = 200;
const LONGEST_PARAGRAPH = 20_000;

const MARKER = String.raw`(?:>|[-*+](?=[ \t>])|\d{1,9}[.)](?=[ \t>]))`;
const DEEP = new RegExp(String.raw`^((?:[ \t]*${MARKER}){${DEEPEST}}[ \t]*)(?=${MARKER})`, 'gm');
const INDENTED = new RegExp(String.raw`^[ \t]{${DEEPEST_INDENT},}(?=${MARKER})`, 'gm');
const NEW_CHUNK = /^(?:[ \t]*$|[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]|[ \t]*\|)/;

/** The text with nesting and line ends as the parser can bear them; it grows as the text grows. */
export function tame(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(DEEP, (start) => (/^[-*+ \t]+$/.test(start) ? start : `${start}\\`))
    .replace(INDENTED, ' '.repeat(DEEPEST_INDENT));
}

/** Whether a block's marks would keep the parser busy for longer than a person waits. */
export function isTangled(raw: string): boolean {
  let marks = 0;
  let length = 0;
  for (const line of raw.split('\n')) {
    if (NEW_CHUNK.test(line)) marks = length = 0;
    marks += line.match(/[*_~]+|\[/g)?.length ?? 0;
    length += line.length;
    if (marks > MOST_MARKS || length > LONGEST_PARAGRAPH) return true;
  }
  return false;
}
