/** Messages as they grow, and what is needed to know where the next chunk goes. */

import type { CodecMessage } from '../contract';
import type { Json } from '../fields';

/** It has a `type`; what else depends on that. */
export type Part = Json;

export interface Message extends Json {
  parts: Part[];
}

/** Where a tool's part stands in its message, and its input as far as it has come. */
export interface ToolCall {
  readonly index: number;
  inputText: string;
}

/** A message, and the streams in it that are open. */
export class Draft {
  readonly text = new Map<string, Part>();
  readonly reasoning = new Map<string, Part>();
  readonly calls = new Map<unknown, ToolCall>();

  constructor(readonly message: Message) {}

  get parts(): Part[] {
    return this.message.parts;
  }

  /** Returns the part of a tool call, if it is one. */
  tool(callId: unknown): Part | undefined {
    const call = this.calls.get(callId);
    const part = call && this.parts[call.index];
    return part && isTool(part) ? part : undefined;
  }

  /** Puts a part in the place of the tool call's, or at the end. */
  putTool(callId: unknown, part: Part): void {
    const call = this.calls.get(callId);
    if (call && this.tool(callId)) {
      this.parts[call.index] = part;
    } else {
      this.calls.set(callId, { index: this.parts.length, inputText: '' });
      this.parts.push(part);
    }
  }
}

/** What a user decided about a tool call that is not there yet. */
export interface Waiting {
  readonly messageId: unknown;
  readonly callId: unknown;
  readonly kind: unknown;
  readonly payload: Json;
}

/** The messages of one Run or one input, in the order in which they began. */
export class Projection {
  readonly messages: CodecMessage[] = [];
  readonly drafts = new Map<unknown, Draft>();
  waiting: Waiting[] = [];

  /** Returns the message under this id; begins one of the assistant's if there is none. */
  draft(id: string): Draft {
    return this.drafts.get(id) ?? this.begin(id, { id, role: 'assistant', parts: [] });
  }

  begin(id: string, message: Message): Draft {
    const draft = new Draft(message);
    this.drafts.set(id, draft);
    this.messages.push({ codecMessageId: id, message });
    return draft;
  }

  /** Returns the message with this tool call, whichever it is. */
  holderOf(callId: unknown): Draft | undefined {
    const drafts = this.messages.map((message) => this.drafts.get(message.codecMessageId));
    return drafts.find((draft) => draft?.tool(callId));
  }
}

export function isTool(part: Part): boolean {
  const { type } = part;
  if (typeof type !== 'string') return false;
  const named = type === 'dynamic-tool' || type.startsWith('tool-');
  return named && 'toolCallId' in part && 'state' in part;
}
