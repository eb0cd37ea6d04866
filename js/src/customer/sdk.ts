/** The official SDK as this page uses it: its hooks, with the types of its codec for AI SDK messages. */

import { createSessionHooks } from '@ably/ai-transport/react';
import {
  createUIMessageCodec,
  type VercelInput,
  type VercelOutput,
  type VercelProjection,
} from '@ably/ai-transport/vercel';
import type { UIMessage } from 'ai';

export const codec = createUIMessageCodec();

export const { ClientSessionProvider, useClientSession, useView } = createSessionHooks<
  VercelInput,
  VercelOutput,
  VercelProjection,
  UIMessage
>();

export type Part = UIMessage['parts'][number];
export type ToolPart = Extract<Part, { toolCallId: string }>;

export function isTool(part: Part): part is ToolPart {
  return part.type === 'dynamic-tool' || part.type.startsWith('tool-');
}

export function toolName(part: ToolPart): string {
  return part.type === 'dynamic-tool' ? part.toolName : part.type.slice('tool-'.length);
}

export function saying(text: string): VercelInput {
  const id = crypto.randomUUID();
  return codec.createUserMessage({ id, role: 'user', parts: [{ type: 'text', text }] });
}
