/** Messages of OpenAI's Responses, item by item. */

import { awaited } from './calls';
import type { Context } from './context';
import type { CallState, ShownPart, ToolPart } from './model';
import { type Fields, fieldsOf, given, listOf, textOf } from './values';

const CALL = 'function_call';
const OUTPUT = 'function_call_output';

/** What the messages of a Run hold together: a call and its output may be in different ones. */
export interface Calls {
  readonly outputs: ReadonlyMap<string, Fields>;
  readonly made: ReadonlySet<string>;
}

export function callsIn(messages: Iterable<Fields>): Calls {
  const outputs = new Map<string, Fields>();
  const made = new Set<string>();
  for (const message of messages) {
    for (const item of listOf(message.items).map(fieldsOf)) {
      const callId = textOf(item.call_id);
      if (callId === undefined) continue;
      if (item.type === OUTPUT) outputs.set(callId, item);
      if (item.type === CALL) made.add(callId);
    }
    for (const callId of Object.keys(fieldsOf(message.toolCallStates))) made.add(callId);
  }
  return { outputs, made };
}

/** Returns the parts of a message of items; what is none, or malformed, as it is. */
export function responsesParts(message: Fields, calls: Calls, context: Context): ShownPart[] {
  if (!Array.isArray(message.items)) {
    return [{ kind: 'other', name: 'message', value: message }];
  }
  const items: readonly unknown[] = message.items;
  const states = fieldsOf(message.toolCallStates);
  const parts = items.flatMap((item) => itemParts(item, calls, states, context));
  const own = new Set(parts.map((part) => (part.kind === 'tool' ? part.callId : undefined)));
  for (const [callId, state] of Object.entries(states)) {
    // A call that only the request for an approval names.
    const isAsked = fieldsOf(state).name !== undefined;
    if (!own.has(callId) && isAsked) parts.push(toolPart({}, callId, state, calls, context));
  }
  return context.open === 'words' ? withStream(parts) : parts;
}

function itemParts(value: unknown, calls: Calls, states: Fields, context: Context): ShownPart[] {
  const item = fieldsOf(value);
  const callId = textOf(item.call_id);
  switch (item.type) {
    case 'message':
      return contentParts(item.content);
    case 'reasoning':
      return [...listOf(item.summary), ...listOf(item.content)].map((part) =>
        wordsPart('reasoning', part, ['text']),
      );
    case CALL:
      if (callId === undefined) break;
      return [toolPart(item, callId, states[callId], calls, context)];
    case OUTPUT:
      // It shows in its call.
      if (callId !== undefined && calls.made.has(callId)) return [];
      break;
  }
  return [{ kind: 'other', name: textOf(item.type) ?? 'item', value }];
}

function contentParts(content: unknown): ShownPart[] {
  if (typeof content === 'string') return [{ kind: 'text', text: content, isStreaming: false }];
  return listOf(content).map((part) => wordsPart('text', part, ['text', 'refusal']));
}

function wordsPart(
  kind: 'text' | 'reasoning',
  value: unknown,
  places: readonly string[],
): ShownPart {
  const part = fieldsOf(value);
  const text = places.map((place) => textOf(part[place])).find((found) => found !== undefined);
  if (text === undefined) return { kind: 'other', name: textOf(part.type) ?? 'part', value };
  return { kind, text, isStreaming: false };
}

function withStream(parts: ShownPart[]): ShownPart[] {
  const last = parts.findLastIndex((part) => part.kind === 'text' || part.kind === 'reasoning');
  return parts.map(
    (part, at) => (at === last ? { ...part, isStreaming: true } : part) as ShownPart,
  );
}

function toolPart(
  item: Fields,
  callId: string,
  stateValue: unknown,
  calls: Calls,
  context: Context,
): ToolPart {
  const told = fieldsOf(stateValue);
  const output = calls.outputs.get(callId);
  const state = stateOf(item, told, output, context);
  const inputText = textOf(item.arguments) ?? textOf(told.arguments);
  const isOver = state === 'output-available';
  const answers = context.answersTo(callId);
  const shown = {
    inputText: state === 'input-streaming' ? inputText : undefined,
    input: state === 'input-streaming' ? undefined : parsed(inputText),
    output: isOver ? output?.output : undefined,
    error: state === 'output-error' ? textOf(output?.output) : undefined,
    approval: approvalOf(told),
    awaits: awaited(state, context.status, false),
    answers: answers.length > 0 ? answers : undefined,
  };
  const name = textOf(item.name) ?? textOf(told.name) ?? '';
  return { kind: 'tool', callId, name, state, ...given(shown) };
}

function stateOf(
  item: Fields,
  told: Fields,
  output: Fields | undefined,
  context: Context,
): CallState {
  if (told.result === 'failed') return 'output-error';
  if (told.approval === 'denied') return 'output-denied';
  if (output) return 'output-available';
  if (told.approval === 'approved') return 'approval-responded';
  if (told.approval === 'pending') return 'approval-requested';
  const isGrowing = item.status === 'in_progress' && context.status === 'active';
  return isGrowing ? 'input-streaming' : 'input-available';
}

function approvalOf(told: Fields): ToolPart['approval'] {
  if (told.approval === undefined) return undefined;
  return given({
    isApproved: told.approval === 'pending' ? undefined : told.approval === 'approved',
    reason: textOf(told.reason),
    arguments: told.edited,
  });
}

/** Models write arguments as JSON, but nothing makes them. */
function parsed(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
