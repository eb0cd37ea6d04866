/** What is shown of messages, as if they had come one after the other. */

import { Conversation, type Shown } from '../../src/session/conversation';
import type { Inbound } from '../../src/wire/inbound';

export const WATCHED = { now: 0, healthOf: () => undefined };

export function shown(messages: readonly Inbound[], now = 0): Shown {
  const conversation = new Conversation('uimessage');
  for (const message of messages) conversation.hear(message);
  return conversation.show({ ...WATCHED, now });
}
