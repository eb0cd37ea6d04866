/** The headers that say what a message is part of. */

import type { Headers } from '../wire/names';
import * as wire from '../wire/names';

/** What a user publishes, and where it belongs. */
export interface InputTold {
  readonly messageId: string;
  readonly eventId: string;
  readonly clientId: string | undefined;
  readonly role?: string | undefined;
  readonly runId?: string | undefined;
  readonly parent?: string | undefined;
  readonly forkOf?: string | undefined;
  readonly regenerates?: string | undefined;
  readonly supersedes?: string | undefined;
}

/** Returns the headers of what a user publishes. */
export function ofInput(told: InputTold): Headers {
  return given({
    [wire.ROLE]: told.role ?? 'user',
    [wire.MESSAGE_ID]: told.messageId,
    [wire.RUN_ID]: told.runId,
    [wire.RUN_CLIENT_ID]: told.clientId,
    [wire.PARENT]: told.parent || undefined,
    [wire.FORK_OF]: told.forkOf || undefined,
    [wire.REGENERATES]: told.regenerates || undefined,
    [wire.SUPERSEDES]: told.supersedes || undefined,
    [wire.EVENT_ID]: told.eventId,
  });
}

/** Returns the headers of a cancel, which names its Run or the input that asked for it. */
export function ofCancel(
  eventId: string,
  runId: string | undefined,
  inputMessageId: string | undefined,
): Headers {
  return given({
    [wire.EVENT_ID]: eventId,
    [wire.RUN_ID]: runId,
    [wire.INPUT_MESSAGE_ID]: inputMessageId,
  });
}

function given(headers: { readonly [name: string]: string | undefined }): Headers {
  const there: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) there[name] = value;
  return there;
}
