/** Which messages are the assistant's last word in a conversation. */

import type { Message } from './contract';

/**
 * Returns what the assistant said last, in one message or several that nobody came between.
 *
 * What a user has said since changes nothing: a call that is open stays so.
 */
export function lastTurn(messages: readonly Message[]): readonly Message[] {
  const end = messages.findLastIndex(isAssistants) + 1;
  let begin = end;
  for (let before = messages[begin - 1]; before && isAssistants(before); ) {
    begin -= 1;
    before = messages[begin - 1];
  }
  return messages.slice(begin, end);
}

function isAssistants(message: Message): boolean {
  return message.role === 'assistant';
}
