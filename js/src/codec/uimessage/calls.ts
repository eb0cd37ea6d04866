/** Which tool calls of a conversation are still open, and whose turn it is. */

import { isObject } from '../../wire/inbound';
import type { Message } from '../contract';
import { lastTurn } from '../turns';
import { isTool, type Part } from './projection';

/** Tells whether a call in the assistant's last turn has neither an output nor a decision. */
export function waitsForUser(messages: readonly Message[]): boolean {
  return lastTurn(messages)
    .flatMap(toolsIn)
    .some(
      (part) =>
        part.state === 'approval-requested' ||
        (part.state === 'input-available' && !part.providerExecuted),
    );
}

/** Returns the ids of a message's tool calls. */
export function callIds(message: Message): unknown[] {
  return toolsIn(message).map((part) => part.toolCallId);
}

function toolsIn(message: Message): Part[] {
  const parts: unknown[] = Array.isArray(message.parts) ? message.parts : [];
  return parts.filter(isObject).filter(isTool);
}
