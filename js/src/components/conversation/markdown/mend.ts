const CONTAINERS = String.raw`^(?:[ \t]*(?:>|[-*+][ \t]|\d{1,9}[.)][ \t]))*[ \t]*`;
const FENCE = new RegExp(`${CONTAINERS}(\`{3,}|~{3,})(.*)$`);
const STARTS_CHUNK = /^[ \t]*(?:>|[-*+][ \t]|\d{1,9}[.)][ \t]|#{1,6}[ \t]|\|)/;
/** What may become a rule, an underline, a heading, an item, a box or a fence: too early to tell. */
const UNDECIDED = new RegExp(
  `${CONTAINERS}(?:[-*+_=\`~]{1,2}|=+|#{1,6}|[-*+][ \\t]+\\[[ xX]?\\]?|\\[[ xX]?)[ \\t]*$`,
);
const UNDECIDED_NUMBER = /^[ \t]*\d{1,3}[.)]?$/;
const LONGEST = 8_000;
const MOST_BRACKETS = 8;

/**
 * The last block of a text that is still being written, completed so that it looks as it will: open
 * emphasis is closed, a table has its second line, and what cannot be told yet is left out.
 */
export function mend(raw: string): string {
  const lines = raw.split('\n');
  const fence = openFence(lines);
  if (fence) return withoutHalfFence(lines, fence).join('\n');
  if (isUndecided(lines.at(-1) ?? '', lines.length > 1)) lines.pop();
  const begin = lastChunk(lines);
  const chunk = lines.slice(begin).join('\n');
  if (chunk.length > LONGEST) return lines.join('\n');
  return tableOf(lines) ?? [...lines.slice(0, begin), mendInline(chunk)].join('\n');
}

function isUndecided(line: string, hasMore: boolean): boolean {
  if (line === '') return false;
  return UNDECIDED.test(line) || (hasMore && UNDECIDED_NUMBER.test(line));
}

function openFence(lines: readonly string[]): string | undefined {
  let open: string | undefined;
  for (const line of lines) {
    const [, marks = '', info = ''] = FENCE.exec(line) ?? [];
    if (open === undefined) {
      if (marks && !(marks.startsWith('`') && info.includes('`'))) open = marks;
    } else if (marks.startsWith(open) && info.trim() === '') open = undefined;
  }
  return open;
}

function withoutHalfFence(lines: readonly string[], fence: string): readonly string[] {
  const last = (lines.at(-1) ?? '').replace(/^[ \t>]+/, '');
  const isHalf = last !== '' && lines.length > 1 && fence.startsWith(last);
  return isHalf ? lines.slice(0, -1) : lines;
}

/** A table is one from its first line on, before the line under its head is whole. */
function tableOf(all: readonly string[]): string | undefined {
  const lines = all.at(-1) === '' ? all.slice(0, -1) : all;
  let begin = lines.length;
  while (begin > 0 && /^[ \t]*\|/.test(lines[begin - 1] ?? '')) begin--;
  const [head, rule, ...rows] = lines.slice(begin);
  if (head === undefined || rows.length > 1) return undefined;
  const before = lines.slice(0, begin);
  const columns = cellsOf(head);
  if (rule === undefined) {
    if (columns.length === 1 && columns[0] === '') return before.join('\n');
    return [...before, mendInline(head), `|${'---|'.repeat(columns.length)}`].join('\n');
  }
  if (rows.length === 0) {
    if (!/^[|\-: \t]*$/.test(rule)) return undefined;
    const rules = columns.map((_, at) => asRule(cellsOf(rule)[at] ?? ''));
    return [...before, head, `|${rules.join('|')}|`].join('\n');
  }
  return /^[ \t|]*$/.test(rows[0] ?? '') ? [...before, head, rule].join('\n') : undefined;
}

function cellsOf(line: string): string[] {
  const inner = line.trim().replace(/^\|/, '').replace(/\|$/, '');
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim());
}

function asRule(cell: string): string {
  return /^:?-+:?$/.test(cell) ? cell : cell.startsWith(':') ? ':--' : '---';
}

/** Where the paragraph, item, row or heading begins that is being written. */
function lastChunk(lines: readonly string[]): number {
  let begin = lines.length - 1;
  while (begin > 0 && !STARTS_CHUNK.test(lines[begin] ?? '') && lines[begin - 1]?.trim()) begin--;
  return begin;
}

interface Opener {
  readonly mark: string;
  count: number;
}

/** Closes what is open in a paragraph; a link or an image that is not whole yet gives way to its words. */
export function mendInline(text: string): string {
  const openers: Opener[] = [];
  const brackets: number[] = [];
  let at = 0;
  while (at < text.length) {
    const char = text[at] ?? '';
    if (char === '\\') at += 2;
    else if (char === '`') {
      const run = runAt(text, at);
      const end = closingTicks(text, at + run.length, run);
      if (end === undefined) return withOpenCode(text, at, run, openers);
      at = end;
    } else if (char === '[') brackets.push(at++);
    else if (char === ']') {
      const begin = brackets.pop();
      const end = begin === undefined ? at + 1 : linkEnd(text, at);
      if (end === undefined && begin !== undefined) return withHalfLink(text, begin, at);
      at = end ?? at + 1;
    } else if (char === '*' || char === '_' || char === '~') {
      const run = runAt(text, at);
      take(text, at, run, openers);
      at += run.length;
    } else at++;
  }
  const open = brackets.length > MOST_BRACKETS ? undefined : brackets[0];
  if (open !== undefined && !text.slice(open).includes('\n')) return withHalfLink(text, open);
  return closed(withoutLooseEnd(text), openers);
}

function runAt(text: string, at: number): string {
  let end = at + 1;
  while (text[end] === text[at]) end++;
  return text.slice(at, end);
}

function closingTicks(text: string, from: number, run: string): number | undefined {
  for (let at = text.indexOf('`', from); at >= 0; ) {
    const found = runAt(text, at);
    at += found.length;
    if (found === run) return at;
    at = text.indexOf('`', at);
  }
  return undefined;
}

function withOpenCode(text: string, at: number, run: string, openers: readonly Opener[]): string {
  const content = text.slice(at + run.length).replace(/`+$/, '');
  if (content.trim() === '') return closed(text.slice(0, at), openers);
  return closed(text.slice(0, at) + run + content + run, openers);
}

/** Where a link ends whose words end at `at`; undefined while it may still go on. */
function linkEnd(text: string, at: number): number | undefined {
  if (at === text.length - 1) return undefined;
  if (text[at + 1] !== '(') return at + 1;
  let depth = 0;
  for (let end = at + 1; end < text.length; end++) {
    if (text[end] === '\n') return at + 1;
    if (text[end] === '\\') end++;
    else if (text[end] === '(') depth++;
    else if (text[end] === ')' && --depth === 0) return end + 1;
  }
  return undefined;
}

function withHalfLink(text: string, begin: number, end = text.length): string {
  if (text[begin - 1] === '!') return mendInline(text.slice(0, begin - 1));
  return mendInline(text.slice(0, begin) + text.slice(begin + 1, end));
}

/** Opens or closes emphasis, as a run of marks between its neighbours does. */
function take(text: string, at: number, run: string, openers: Opener[]): void {
  const mark = run[0] ?? '';
  const before = text[at - 1] ?? ' ';
  const after = text[at + run.length];
  let left = run.length;
  if (!/\s/.test(before)) {
    for (let top = openers.length - 1; top >= 0 && left > 0; top--) {
      const opener = openers[top];
      if (opener?.mark !== mark) continue;
      const used = Math.min(left, opener.count);
      left -= used;
      opener.count -= used;
      openers.length = opener.count > 0 ? top + 1 : top;
    }
  }
  const isInWord = /[\p{L}\p{N}]/u.test(before) && (mark === '_' || run === '*');
  const isLoose = after === undefined || /\s/.test(after) || (mark === '~' && run.length !== 2);
  if (left > 0 && !isInWord && !isLoose) openers.push({ mark, count: left });
}

function withoutLooseEnd(text: string): string {
  return text.replace(/(^|\s)(?:[*_~]{1,3}|!)$/, '$1');
}

function closed(text: string, openers: readonly Opener[]): string {
  if (openers.length === 0) return text;
  const ends = openers.map(({ mark, count }) => mark.repeat(count)).reverse();
  const kept = text.trimEnd();
  // Nothing is inside yet: the marks themselves go.
  const last = openers.at(-1);
  if (last && kept.endsWith(last.mark.repeat(last.count)) && !kept.endsWith(`\\${last.mark}`)) {
    const rest = kept.slice(0, -last.count);
    if (/(^|\s)$/.test(rest)) return closed(rest, openers.slice(0, -1));
  }
  return kept + ends.join('');
}
