/** Messages of the AI SDK, part by part. */

import { awaited, isCallState } from './calls';
import type { Context } from './context';
import type { CallAnswer, FilePart, ShownPart, SourcePart, ToolPart } from './model';
import { type Fields, fieldsOf, given, textOf } from './values';

/** Returns the parts of a UIMessage; what is none, or malformed, as it is. */
export function uiParts(message: Fields, context: Context): ShownPart[] {
  if (!Array.isArray(message.parts)) {
    return [{ kind: 'other', name: 'message', value: message }];
  }
  const parts: readonly unknown[] = message.parts;
  const streaming = context.open === 'words' ? parts.findLastIndex(isWords) : -1;
  return parts.map((part, at) => uiPart(part, context, at === streaming));
}

function isWords(part: unknown): boolean {
  const { type } = fieldsOf(part);
  return type === 'text' || type === 'reasoning';
}

function uiPart(value: unknown, context: Context, isStreaming: boolean): ShownPart {
  const part = fieldsOf(value);
  const type = textOf(part.type) ?? '';
  const known = readPart(part, type, context, isStreaming);
  return known ?? { kind: 'other', name: type || 'part', value };
}

function readPart(
  part: Fields,
  type: string,
  context: Context,
  isStreaming: boolean,
): ShownPart | undefined {
  if (type === 'text' || type === 'reasoning') {
    const text = textOf(part.text);
    return text === undefined ? undefined : { kind: type, text, isStreaming };
  }
  if (type === 'step-start') return { kind: 'step' };
  if (type === 'file') return filePart(part);
  if (type === 'source-url' || type === 'source-document') return sourcePart(part);
  if (type.startsWith('data-')) {
    return { kind: 'data', name: type.slice('data-'.length), data: part.data };
  }
  const isTool = type === 'dynamic-tool' || type.startsWith('tool-');
  return isTool ? toolPart(part, type, context) : undefined;
}

function filePart(part: Fields): FilePart | undefined {
  const url = textOf(part.url);
  if (url === undefined) return undefined;
  const name = given({ name: textOf(part.filename) });
  return { kind: 'file', mediaType: textOf(part.mediaType) ?? '', url, ...name };
}

function sourcePart(part: Fields): SourcePart {
  const { title, url, mediaType, filename } = part;
  const told = {
    title: textOf(title),
    url: textOf(url),
    mediaType: textOf(mediaType),
    fileName: textOf(filename),
  };
  return { kind: 'source', ...given(told) };
}

function toolPart(part: Fields, type: string, context: Context): ToolPart | undefined {
  const { toolCallId, state } = part;
  if (typeof toolCallId !== 'string' || !isCallState(state)) return undefined;
  const name = type === 'dynamic-tool' ? textOf(part.toolName) : type.slice('tool-'.length);
  const isFinal = part.preliminary !== true;
  const answers = context.answersTo(toolCallId);
  const told = {
    title: textOf(part.title),
    inputText: state === 'input-streaming' ? context.argumentsOf(toolCallId) : undefined,
    input: part.input,
    output: part.output,
    isPreliminary: isFinal ? undefined : true,
    error: textOf(part.errorText),
    approval: approvalOf(part, answers),
    awaits: awaited(state, context.status, part.providerExecuted === true),
    answers: answers.length > 0 ? answers : undefined,
  };
  return { kind: 'tool', callId: toolCallId, name: name ?? '', state, ...given(told) };
}

function approvalOf(part: Fields, answers: readonly CallAnswer[]): ToolPart['approval'] {
  if (part.approval === undefined) return undefined;
  const approval = fieldsOf(part.approval);
  const { approved } = approval;
  const denial = answers.findLast(({ kind }) => kind === 'denied');
  return given({
    isApproved: typeof approved === 'boolean' ? approved : undefined,
    // The AI SDK's messages do not tell why a call was denied: the channel does.
    reason:
      textOf(approval.reason) ?? (part.state === 'output-denied' ? denial?.reason : undefined),
    arguments: approval.arguments,
  });
}
