import type { CallAnswer, ShownMessage, ShownPart, ShownRun, ToolPart } from '../../shown/model';
import { changesBetween } from '../conversation/json-change';
import { jsonText } from '../conversation/json-text';
import { stateShown } from '../conversation/parts/tool-state';
import { rowsOf } from '../conversation/rows';
import { cancelText, runShown } from '../conversation/run-text';
import { clip } from '../format';
import { whoIs } from '../names';
import { visibleName } from '../visible';
import { fenced, literal, quoted } from './quoted';

const LONGEST_VALUE = 4000;

/** The messages as Markdown, to be pasted somewhere else, and how Runs stand that did not complete. */
export function transcriptOf(
  session: string,
  messages: readonly ShownMessage[],
  runs: ReadonlyMap<string, ShownRun> = new Map(),
  openRuns: readonly ShownRun[] = [],
): string {
  const told = rowsOf(messages, runs, openRuns).flatMap((row) => {
    if (row.kind === 'message') return messageText(row.message, row.isOver);
    return row.run.status === 'complete' ? [] : runLine(row.run, row.waitsFor);
  });
  return `${[`# ${literal(visibleName(session, 2048))}`, ...told].join('\n\n')}\n`;
}

function messageText(message: ShownMessage, isOver: boolean): string[] {
  const { author, role, at } = message;
  const name = whoIs(author, role).name;
  const heading = `## ${literal(`${name} (${visibleName(author.role ?? role, 24)})`)}${whenText(at)}`;
  return [heading, ...message.parts.flatMap((part) => partText(part, isOver))];
}

function runLine(run: ShownRun, waitsFor: string | undefined): string {
  const by = run.answerer ? ` of ${whoIs(run.answerer, 'assistant').name}` : '';
  const how = [runShown(run, waitsFor).status, cancelText(run)].filter(Boolean).join('. ');
  return `*${literal(`The Run${by} for ${whoIs(run.owner).name}: ${how}`)}*`;
}

/** What a part says; other things than words are told of with a title. */
function partText(part: ShownPart, isOver: boolean): string[] {
  switch (part.kind) {
    case 'text':
      return part.text ? [quoted(part.text)] : [];
    case 'reasoning':
      return part.text ? [title('reasoning'), quoted(part.text)] : [];
    case 'tool':
      return toolText(part, isOver);
    case 'file':
      return [title(`file ${part.name ?? part.mediaType}`), fenced(address(part.url))];
    case 'source': {
      const named = [part.title ?? part.fileName].filter((each) => each !== undefined);
      return [title(['source', ...named].join(' ')), ...(part.url ? [fenced(part.url)] : [])];
    }
    case 'data':
      return [title(part.name), fenced(shown(part.data))];
    case 'other':
      return [title(part.name), fenced(shown(part.value))];
    case 'step':
      return [];
  }
}

function toolText(part: ToolPart, isOver: boolean): string[] {
  const name = visibleName(part.name) || 'a tool without a name';
  const lines = [part.input === undefined ? (part.inputText ?? '') : shown(part.input)];
  if (part.output !== undefined) lines.push(`→ ${shown(part.output)}`);
  if (part.error !== undefined) lines.push(`→ error: ${clip(part.error, LONGEST_VALUE)}`);
  return [
    title(`${name} (${stateShown(part, isOver).text})`),
    fenced(lines.join('\n')),
    ...decisions(part),
  ];
}

/** What people said to a call: who, when, why, and what they changed. */
function decisions({ answers, approval, input }: ToolPart): string[] {
  if (answers) return answers.flatMap((answer) => decision(answer, input));
  if (approval?.isApproved === undefined) return [];
  // Where nobody said anything, the agent may have decided by itself.
  const { isApproved, ...why } = approval;
  return decision({ kind: isApproved ? 'approved' : 'denied', ...why }, input);
}

type Told = Omit<CallAnswer, 'by'> & Partial<Pick<CallAnswer, 'by'>>;

const WORDS: Readonly<Record<CallAnswer['kind'], string>> = {
  approved: 'Approved',
  denied: 'Denied',
  result: 'Answered',
  error: 'Said to have failed',
};

function decision(told: Told, input: unknown): string[] {
  const { kind, by, at, reason, arguments: changed, isCounted } = told;
  const changes = changed === undefined ? [] : changesBetween(input, changed);
  const words = `${WORDS[kind]}${kind === 'approved' && changes.length ? ' with changed arguments' : ''}`;
  const role = by?.role ? ` (${visibleName(by.role, 24)})` : '';
  const who = by ? ` by ${whoIs(by).name}${role}` : '';
  const counts = isCounted === undefined ? '' : isCounted ? ' (counted)' : ' (not counted)';
  const why = reason ? `: “${clip(reason, LONGEST_VALUE)}”` : '';
  const lines = changes.map(({ path, before, after }) => {
    const [one, other] = [before, after].map((side) => (side ? oneLine(side.value) : 'nothing'));
    return `${visibleName(path, 120) || 'all of it'}: ${one} → ${other}`;
  });
  return [
    title(words + who + whenText(at) + counts + why),
    ...(lines.length ? [fenced(lines.join('\n'))] : []),
  ];
}

/** A time, after a comma; nothing where no calendar has it. */
function whenText(at: number | undefined): string {
  const time = new Date(at ?? Number.NaN);
  if (Number.isNaN(time.getTime())) return '';
  return `, ${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function title(words: string): string {
  return `**${literal(words)}**`;
}

function oneLine(value: unknown): string {
  return clip(JSON.stringify(value) ?? String(value), 300);
}

function shown(value: unknown): string {
  return clip(typeof value === 'string' ? value : jsonText(value), LONGEST_VALUE);
}

/** What is in the address itself is no address. */
function address(url: string): string {
  return url.startsWith('data:') ? `${url.split(',')[0]},…` : url;
}
