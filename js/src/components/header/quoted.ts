/**
 * What somebody wrote in Markdown, as a quote that stays Markdown and cannot harm.
 *
 * Renderers disagree: on what is code, on raw HTML, on formulas. So nothing here rests on where a
 * renderer sees code between backticks: what could be HTML, an image, a link or a formula is broken
 * up at all places but in blocks of code. In text a backslash or an entity does it, which does not
 * show; between backticks, where those would show, a space.
 *
 * A block of code stays as it is. Its fence is written anew, longer than any in it and at the
 * margin, and no other fence is left for a renderer to see. A link shows as its source does, with
 * where it leads. Each line is quoted, so that nothing ends the quote but who wrote the transcript.
 *
 * `aitransport_notebook/console/quoted.py` does the same.
 */

// A list may lead in a fence; then its marker gets a line of its own.
const FENCE = /^([ \t]*)((?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*)(`{3,}|~{3,})(.*)$/;
const LANGUAGE = /^[A-Za-z0-9_+#.-]{1,30}$/;
/** GitHub and JupyterLab draw these, and do not show them. */
const DRAWN: ReadonlySet<string> = new Set(['mermaid', 'math', 'geojson', 'topojson', 'stl']);
const CODE = /(?<![`\\])(`{1,2})(?!`)(.+?)(?<!`)\1(?!`)/g;
/** To some renderers a label that no bracket closes goes on into the next block of code. */
const ALIVE_IN_TEXT =
  /\\[!-/:-@[-`{-~]|\\(?=begin\{)|`{3,}|~{3,}|<(?=[A-Za-z/!?])|!\[|\[(?![^[\]\\]*\])|(?<=\])[(:]|\$/g;
const ALIVE_IN_CODE = /<(?=[A-Za-z/!?])|!(?=\[)|\](?=[(:])|\$(?=\$)|\\\\(?=[[(])|\\begin(?=\{)/g;
/** As no backslash before them would do for every renderer. */
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['\\', '&#92;'],
  ['\\\\', '&#92;'],
  ['<', '&lt;'],
  ['\\<', '&lt;'],
  ['\\`', '&#96;'],
]);
const BROKEN_UP: ReadonlyMap<string, string> = new Map([
  ['![', '!\\['],
  ['[', '\\['],
  ['(', '\\('],
  [':', '\\:'],
  ['$', '\\$'],
]);
/** What a terminal obeys, what breaks a line beside \n, and what turns letters around. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const COMMANDS = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g;

/** A text as a quote of Markdown. */
export function quoted(text: string): string {
  return quotedLines(plain(text).split('\n'))
    .map((line) => (line ? `> ${line}` : '>'))
    .join('\n');
}

/** A text as a block of code. */
export function fenced(text: string): string {
  return block(plain(text).split('\n')).join('\n');
}

/** A line as Markdown that shows it as it stands, within a line that has begun. */
export function literal(text: string): string {
  const line = plain(text.split(/\s+/).filter(Boolean).join(' '));
  return line.replace(
    /[\\<`*_[\]&~$#|]|(?<=\])[(:]/g,
    (found) => ENTITIES.get(found) ?? `\\${found}`,
  );
}

function plain(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(COMMANDS, '\ufffd');
}

function quotedLines(lines: readonly string[]): string[] {
  const told: string[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const [, indent = '', marker = '', fence, info = ''] = FENCE.exec(line) ?? [];
    if (fence === undefined || (fence.startsWith('`') && info.includes('`'))) {
      told.push(inert(line));
      continue;
    }
    if (marker) told.push(indent + marker.trimEnd());
    if (told.at(-1)?.trim()) told.push('');
    const end = endOf(fence, lines, at + 1);
    const margin = indent.length + marker.length;
    const code = lines.slice(at + 1, end).map((each) => outdented(each, margin));
    told.push(...block(code, languageOf(info)));
    at = end;
  }
  return told;
}

function endOf(fence: string, lines: readonly string[], begin: number): number {
  for (let at = begin; at < lines.length; at += 1) if (closes(fence, lines[at] ?? '')) return at;
  return lines.length;
}

function closes(fence: string, line: string): boolean {
  const bare = line.replace(/^[ \t]+|[ \t]+$/g, '');
  return bare.startsWith(fence) && [...bare].every((char) => char === fence[0]);
}

function outdented(line: string, margin: number): string {
  const indent = /^[ \t]*/.exec(line)?.[0].length ?? 0;
  return line.slice(Math.min(margin, indent));
}

function languageOf(info: string): string {
  const [word = ''] = info.trim().split(/\s+/);
  return LANGUAGE.test(word) && !DRAWN.has(word.toLowerCase()) ? word : '';
}

function block(lines: readonly string[], language = ''): string[] {
  let longest = 2;
  for (const line of lines)
    for (const [run] of line.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  const fence = '`'.repeat(longest + 1);
  return [fence + language, ...lines, fence];
}

/** A line in which nothing is alive, whether a renderer sees code in it or not. */
function inert(line: string): string {
  const told: string[] = [];
  let at = 0;
  for (const code of line.matchAll(CODE)) {
    const [whole, ticks = '', inner = ''] = code;
    told.push(inText(line.slice(at, code.index)));
    told.push(ticks, inner.replace(ALIVE_IN_CODE, '$& '), ticks);
    at = code.index + whole.length;
  }
  return [...told, inText(line.slice(at))].join('');
}

function inText(text: string): string {
  return text.replace(ALIVE_IN_TEXT, (alive) => {
    if (/^(```|~~~)/.test(alive)) return `\\${alive}`;
    return ENTITIES.get(alive) ?? BROKEN_UP.get(alive) ?? alive;
  });
}
