/** Deeper nesting than anybody reads: beyond it, markers are text. */
const DEEPEST = 8;
const DEEPEST_INDENT = 24;
/** In code they are text anyway. This is for what only looks like code. */
const DEEPEST_IN_CODE = 100;

const MOST_MARKS = 200;
const LONGEST_PARAGRAPH = 20_000;

const MARKER = String.raw`(?:>|[-*+](?=[ \t>]|$)|\d{1,9}[.)](?=[ \t>]|$))`;
const FENCE = new RegExp(`^(?:[ \\t]*${MARKER})*[ \\t]*(\`{3,}|~{3,})(.*)$`);
const NEW_CHUNK = /^(?:[ \t]*$|[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]|[ \t]*\|)/;

const outside = limits(DEEPEST, DEEPEST_INDENT);
const inCode = limits(DEEPEST_IN_CODE, DEEPEST_IN_CODE * 2);

/** The text with nesting and line ends as the parser can bear them; it grows as the text grows. */
export function tame(text: string): string {
  const lined = text.replace(/\r\n?/g, '\n');
  if (!outside.anywhere.test(lined)) return lined;
  let fence: string | undefined;
  const lines = lined.split('\n').map((line) => {
    const [, marks = '', info = ''] = FENCE.exec(line) ?? [];
    if (fence === undefined) fence = marks || undefined;
    else if (marks.startsWith(fence) && info.trim() === '') fence = undefined;
    return limited(line, fence === undefined ? outside : inCode);
  });
  return lines.join('\n');
}

function limits(markers: number, indent: number) {
  const deep = String.raw`^((?:[ \t]*${MARKER}){${markers}}[ \t]*)(?=${MARKER})`;
  const indented = String.raw`^[ \t]{${indent},}(?=${MARKER})`;
  return {
    deep: new RegExp(deep),
    indented: new RegExp(indented),
    indent: ' '.repeat(indent),
    anywhere: new RegExp(`${deep}|${indented}`, 'm'),
  };
}

function limited(line: string, { deep, indented, indent }: ReturnType<typeof limits>): string {
  // A rule may be made of as many signs as one likes.
  if (/^[-*+ \t]+$/.test(line)) return line;
  return line.replace(indented, indent).replace(deep, '$1\\');
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
