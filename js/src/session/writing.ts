/** What a person says, as messages for the channel: the official codecs write them. */

import type { ChannelWriter } from '@ably/ai-transport';
import { ResponsesCodec } from '@ably/ai-transport/openai';
import { createUIMessageCodec } from '@ably/ai-transport/vercel';
import type { Message } from 'ably';
import type { CodecName } from '../codec/codecs';
import {
  AI_INPUT,
  DISCRETE,
  type Headers,
  KIND,
  MESSAGE_ID,
  PART_TYPE,
  STREAM,
} from '../wire/names';
import { refusal } from './telling';

/** Something that is said. */
export type Input =
  | { readonly kind: 'user-message'; readonly text: string }
  | { readonly kind: 'regenerate'; readonly target: string; readonly parent: string }
  | ({ readonly callId: string } & Answer);

/** A word on a tool call. */
export type Answer =
  | { readonly kind: 'tool-result'; readonly output: unknown }
  | { readonly kind: 'tool-result-error'; readonly message: string }
  | {
      readonly kind: 'tool-approval-response';
      readonly approved: boolean;
      readonly reason?: string;
      /** What is to stand in the place of the model's arguments. */
      readonly arguments?: unknown;
    };

/** Where it belongs: the headers, with the message's id among them. */
export interface Writer {
  /** How Ably's statistics know the codec. */
  readonly tag: string;
  write(input: Input, messageId: string, headers: Headers): Promise<Message[]>;
}

/** Returns what writes for a codec. */
export function writerFor(codec: CodecName): Writer {
  return WRITERS[codec];
}

const UI = createUIMessageCodec();

const WRITERS: Readonly<Record<CodecName, Writer>> = {
  uimessage: {
    tag: 'vercel-ai-sdk-ui-message',
    write: (input, messageId, headers) =>
      collected(input, async (writer) => {
        const options = { extras: { headers }, messageId };
        await UI.createEncoder(writer).publishInput(uiInput(input, messageId), options);
      }),
  },
  responses: {
    tag: 'openai-responses',
    write: (input, messageId, headers) =>
      collected(input, async (writer) => {
        const options = { extras: { headers }, messageId };
        await ResponsesCodec.createEncoder(writer).publishInput(
          responsesInput(input, messageId),
          options,
        );
      }),
  },
  text: {
    tag: 'plain-text',
    write: async (input, messageId, headers) => [textMessage(input, messageId, headers)],
  },
};

type UIInput = Parameters<ReturnType<typeof UI.createEncoder>['publishInput']>[0];
type ResponsesInput = Parameters<
  ReturnType<typeof ResponsesCodec.createEncoder>['publishInput']
>[0];

function uiInput(input: Input, messageId: string): UIInput {
  switch (input.kind) {
    case 'user-message': {
      const parts = [{ type: 'text' as const, text: input.text }];
      return UI.createUserMessage({ id: crypto.randomUUID(), role: 'user', parts });
    }
    case 'regenerate':
      return UI.createRegenerate(input.target, input.parent);
    case 'tool-result': {
      const { callId: toolCallId, output } = input;
      return UI.createToolResult(messageId, { toolCallId, output });
    }
    case 'tool-result-error': {
      const { callId: toolCallId, message } = input;
      return UI.createToolResultError(messageId, { toolCallId, message });
    }
    case 'tool-approval-response': {
      const { callId: toolCallId, approved } = input;
      return UI.createToolApprovalResponse(messageId, { toolCallId, approved, ...why(input) });
    }
  }
}

function responsesInput(input: Input, messageId: string): ResponsesInput {
  switch (input.kind) {
    case 'user-message': {
      const content = [{ type: 'input_text' as const, text: input.text }];
      const item = { type: 'message' as const, role: 'user' as const, content };
      return ResponsesCodec.createUserMessage({ role: 'user', items: [item] });
    }
    case 'regenerate':
      return ResponsesCodec.createRegenerate(input.target, input.parent);
    case 'tool-result': {
      const { callId: call_id } = input;
      // The model takes texts: anything else is told as JSON.
      const output =
        typeof input.output === 'string' ? input.output : JSON.stringify(input.output ?? null);
      return ResponsesCodec.createToolResult(messageId, { call_id, output });
    }
    case 'tool-result-error': {
      const { callId: call_id, message } = input;
      return ResponsesCodec.createToolResultError(messageId, { call_id, message });
    }
    case 'tool-approval-response': {
      const { callId: call_id, approved } = input;
      return ResponsesCodec.createToolApprovalResponse(messageId, {
        call_id,
        approved,
        ...why(input),
      });
    }
  }
}

function why({ reason }: { readonly reason?: string }): { reason?: string } {
  return reason === undefined ? {} : { reason };
}

/** Returns the messages that an official codec would publish. */
async function collected(
  input: Input,
  encode: (writer: ChannelWriter) => Promise<unknown>,
): Promise<Message[]> {
  const messages: Message[] = [];
  const never = () => Promise.reject(new TypeError('what a person says does not grow'));
  await encode({
    publish: async (given) => {
      messages.push(...[given].flat());
      return { serials: [] };
    },
    appendMessage: never,
    updateMessage: never,
  });
  const isEdited = input.kind === 'tool-approval-response' && input.arguments !== undefined;
  // Ours: the official codecs have no place for them, and agents of other SDKs pass over it.
  return isEdited
    ? messages.map((each) => ({ ...each, data: { arguments: input.arguments } }))
    : messages;
}

/** Our own codec of plain text, which no official SDK has. */
function textMessage(input: Input, messageId: string, headers: Headers): Message {
  const transport: Record<string, string> = {
    ...headers,
    [MESSAGE_ID]: messageId,
    [STREAM]: 'false',
  };
  if (input.kind === 'regenerate') {
    return message('', transport, { [KIND]: input.kind });
  }
  if (input.kind === 'user-message') {
    transport[DISCRETE] = 'true';
    return message(input.text, transport, { [KIND]: input.kind, [PART_TYPE]: 'text' });
  }
  throw refusal('Plain text has no tool calls.', 'Say it in words.');
}

function message(data: string, transport: Headers, codec: Headers): Message {
  return { name: AI_INPUT, data, extras: { ai: { transport, codec } } };
}
