import type { ToolPart } from '../../../shown/model';
import { hasRounded, WOULD_BE_ROUNDED } from '../rounding';

export interface StateShown {
  readonly text: string;
  readonly tone: 'quiet' | 'busy' | 'ok' | 'warn' | 'bad';
}

/** Where a call stands, in words. */
export function stateShown(part: ToolPart, isOver: boolean): StateShown {
  switch (part.state) {
    case 'input-streaming':
      return isOver ? CUT : { text: 'writing the arguments', tone: 'busy' };
    case 'input-available':
      if (part.awaits === 'answer') return { text: 'waits for an answer', tone: 'warn' };
      return isOver ? CUT : { text: 'running', tone: 'busy' };
    case 'approval-requested':
      return part.awaits
        ? { text: 'waits for approval', tone: 'warn' }
        : { text: 'not decided', tone: 'quiet' };
    case 'approval-responded':
      if (part.approval?.isApproved === false) return { text: 'denied', tone: 'bad' };
      return { text: 'approved', tone: isOver ? 'ok' : 'busy' };
    case 'output-available':
      return part.isPreliminary
        ? { text: 'result so far', tone: isOver ? 'quiet' : 'busy' }
        : { text: 'done', tone: 'ok' };
    case 'output-error':
      return { text: 'failed', tone: 'bad' };
    case 'output-denied':
      return { text: 'denied', tone: 'bad' };
  }
}

const CUT: StateShown = { text: 'no result', tone: 'quiet' };

/** Whether somebody should look at it without having to open it. */
export function isOpenByItself(part: ToolPart): boolean {
  if (part.awaits === 'answer' && questionIn(part.input)) return false;
  return part.awaits !== undefined || part.state === 'input-streaming';
}

export interface Question {
  readonly question: string;
  readonly options: readonly {
    readonly label: string;
    readonly hint?: string;
    readonly value: unknown;
  }[];
}

const MOST_OPTIONS = 30;

/** The question in a call's arguments, where they have one. */
export function questionIn(input: unknown): Question | undefined {
  if (input === null || typeof input !== 'object') return undefined;
  const { question, options } = input as { question?: unknown; options?: unknown };
  if (typeof question !== 'string' || question.trim() === '') return undefined;
  const listed = Array.isArray(options) ? options.slice(0, MOST_OPTIONS) : [];
  return { question, options: listed.flatMap(optionOf) };
}

function optionOf(value: unknown): Question['options'] {
  if (typeof value === 'string' || typeof value === 'number')
    return [{ label: String(value), value }];
  if (value === null || typeof value !== 'object') return [];
  const { label, value: inner, description } = value as Record<string, unknown>;
  const name = label ?? inner;
  if (typeof name !== 'string' && typeof name !== 'number') return [];
  const hint = typeof description === 'string' ? { hint: description } : {};
  return [{ label: String(name), value: inner ?? name, ...hint }];
}

/** What a person typed as a call's result or arguments, or what is wrong with it. */
export type Read = { readonly value: unknown } | { readonly wrong: string };

/** Arguments as a person changed them: JSON, and an object where the model's are one. */
export function readArguments(text: string, given: unknown): Read {
  const read = readJson(text);
  if ('wrong' in read) return read;
  const isObject = (value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value);
  if (isObject(given) && !isObject(read.value))
    return { wrong: 'The arguments must be a JSON object: { … }' };
  return read;
}

export function readJson(text: string): Read {
  if (text.trim() === '') return { wrong: 'Nothing is written yet' };
  try {
    const value: unknown = JSON.parse(text);
    return hasRounded(value) ? { wrong: WOULD_BE_ROUNDED } : { value };
  } catch (error) {
    if (error instanceof SyntaxError) return { wrong: `This is no JSON: ${error.message}` };
    throw error;
  }
}
