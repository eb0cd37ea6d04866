/** How a tool call goes from its input to its output, by the agent's chunks and the user's word. */

import { isObject } from '../../wire/inbound';
import { type CodecEvent, fromJson, type Json, pick, textOf } from '../fields';
import type { Part, Projection } from './projection';

export function beginInput(projection: Projection, chunk: CodecEvent, id: string): void {
  const draft = projection.draft(id);
  draft.calls.delete(chunk.toolCallId);
  draft.putTool(chunk.toolCallId, { ...identityIn(chunk), state: 'input-streaming' });
}

export function addInput(projection: Projection, chunk: CodecEvent, id: string): void {
  const draft = projection.draft(id);
  const call = draft.calls.get(chunk.toolCallId);
  if (!call) return;
  call.inputText += textOf(chunk.inputTextDelta);
  const part = draft.tool(chunk.toolCallId);
  if (!part) return;
  const streaming: Part = { ...identity(part), state: 'input-streaming' };
  const input = fromJson(call.inputText);
  if (input) streaming.input = input.value;
  draft.parts[call.index] = streaming;
}

export function endInput(projection: Projection, chunk: CodecEvent, id: string): void {
  const draft = projection.draft(id);
  const part = draft.tool(chunk.toolCallId);
  if (!part) return;
  const ready = { ...identity(part), state: 'input-available', ...pick(chunk, 'input') };
  draft.putTool(chunk.toolCallId, ready);
}

export function failInput(projection: Projection, chunk: CodecEvent, id: string): void {
  const draft = projection.draft(id);
  const part = draft.tool(chunk.toolCallId);
  const known = part ? identity(part) : identityIn(chunk);
  const failed = { ...known, state: 'output-error', ...pick(chunk, 'input', 'errorText') };
  draft.putTool(chunk.toolCallId, failed);
}

/** Puts the outcome to its call, wherever that is: a second pass has a message id of its own. */
export function putOutput(projection: Projection, chunk: CodecEvent, _id: string): void {
  const holder = projection.holderOf(chunk.toolCallId);
  const part = holder?.tool(chunk.toolCallId);
  if (part) holder?.putTool(chunk.toolCallId, movedOn(part, chunk));
}

/** Asks for an approval, or denies the call. */
export function putDecision(projection: Projection, chunk: CodecEvent, id: string): void {
  const draft = projection.draft(id);
  const part = draft.tool(chunk.toolCallId);
  if (part) draft.putTool(chunk.toolCallId, movedOn(part, chunk));
}

/** Returns the tool's part as it is after the user's word. */
export function resolved(part: Part, kind: unknown, payload: Json): Part {
  if (kind === 'tool-result') {
    return movedOn(part, { type: 'tool-output-available', ...pick(payload, 'output') });
  }
  if (kind === 'tool-result-error') {
    return movedOn(part, { type: 'tool-output-error', errorText: payload.message });
  }
  if (!payload.approved) return movedOn(part, { type: 'tool-output-denied' });
  const asked = isObject(part.approval) && 'id' in part.approval ? part.approval.id : '';
  return {
    ...identity(part),
    state: 'approval-responded',
    ...pick(part, 'input'),
    approval: { id: asked, approved: true, ...pick(payload, 'reason', 'arguments') },
  };
}

/** Returns the tool's part as it is after a chunk. */
function movedOn(part: Part, chunk: CodecEvent): Part {
  const base = identity(part);
  const given = pick(part, 'input');
  switch (chunk.type) {
    case 'tool-output-available': {
      const output = pick(chunk, 'output', 'preliminary');
      return { ...base, state: 'output-available', ...given, ...output };
    }
    case 'tool-output-error':
      return { ...base, state: 'output-error', ...given, errorText: chunk.errorText };
    case 'tool-output-denied':
      // An agent's denial names no request.
      return { ...base, state: 'output-denied', ...given, approval: { id: '', approved: false } };
    default:
      return { ...base, state: 'approval-requested', ...given, approval: { id: chunk.approvalId } };
  }
}

/** Returns what stays through all states: a static tool has its name in its type alone. */
function identity(part: Part): Part {
  const named = part.type === 'dynamic-tool' ? ['toolName'] : [];
  return pick(part, 'type', 'toolCallId', ...named, 'title', 'providerExecuted');
}

function identityIn(chunk: CodecEvent): Part {
  const type = chunk.dynamic ? 'dynamic-tool' : `tool-${chunk.toolName}`;
  return identity({ ...chunk, type });
}
