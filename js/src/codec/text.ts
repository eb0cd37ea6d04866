/** Plain text: messages of a role and a text. Also the shortest example of a codec. */

import { isObject } from '../wire/inbound';
import { ROLE } from '../wire/names';
import { Codec, type CodecMessage, type Message } from './contract';
import { type CodecEvent, text, textOf } from './fields';
import { InputTable } from './inputs';
import { OutputTable } from './outputs';

interface TextMessage extends Message {
  readonly role: unknown;
  text: string;
}

type Messages = Map<string, TextMessage>;

/** Messages like `{role: 'user', text: 'hello'}`. */
export class TextCodec extends Codec<Messages> {
  override readonly outputs = new OutputTable(
    [
      {
        kind: 'text',
        start: 'text-start',
        delta: 'text-delta',
        end: 'text-end',
        deltaText: 'delta',
        fields: [text('id')],
      },
    ],
    [],
  );
  override readonly inputs = new InputTable(
    { is: 'signal', kind: 'regenerate' },
    {
      is: 'composed',
      kind: 'user-message',
      parts: [{ type: 'text', payload: (data) => ({ text: textOf(data) }) }],
      assemble: (part, _headers, transport) => ({
        message: { role: transport[ROLE] ?? 'user', text: part.text },
      }),
    },
  );

  override empty(): Messages {
    return new Map();
  }

  override foldInput(projection: Messages, event: CodecEvent, messageId: string | undefined): void {
    const message = isObject(event.message) ? event.message : {};
    add(projection, messageId, message.role, textOf(message.text));
  }

  override foldOutput(
    projection: Messages,
    event: CodecEvent,
    messageId: string | undefined,
  ): void {
    add(projection, messageId, 'assistant', textOf(event.delta));
  }

  override messages(projection: Messages): readonly CodecMessage[] {
    return Array.from(projection, ([codecMessageId, message]) => ({
      codecMessageId,
      message,
    }));
  }
}

function add(projection: Messages, messageId: string | undefined, role: unknown, more: string) {
  const id = messageId || '';
  const message = projection.get(id);
  if (message) message.text += more;
  else projection.set(id, { role, text: more });
}
