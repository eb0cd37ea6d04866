/** Which message on the wire is which chunk of the AI SDK, and which input. */

import { isObject } from '../../wire/inbound';
import { type Headers, ROLE } from '../../wire/names';
import {
  type CodecEvent,
  choice,
  flag,
  fromJson,
  type Json,
  pick,
  readFields,
  structured,
  text,
  textOf,
} from '../fields';
import { EDITED, InputTable } from '../inputs';
import { OutputTable, type Payload, type Said, type Stream } from '../outputs';
import type { Message } from './projection';

const ID = text('id');
export const MESSAGE_ID = text('messageId');
const META = structured('providerMetadata');
const MESSAGE_META = structured('messageMetadata');
const CALL = text('toolCallId', '');
const TOOL = text('toolName', '');
const DYNAMIC = flag('dynamic');
const TITLE = text('title');
const BY_PROVIDER = flag('providerExecuted');
const MEDIA = text('mediaType', '');
const SOURCE = text('sourceId', '');
const REASONS = ['stop', 'length', 'content-filter', 'tool-calls', 'error', 'other'];
const FINISH = choice('finishReason', REASONS, 'stop');
const TOOL_START = [CALL, TOOL, DYNAMIC, TITLE, BY_PROVIDER, META];

const textIn: Payload = (data) => ({ text: textOf(data) });
const urlIn: Payload = (data) => ({ url: textOf(data) });
const dataIn: Payload = (data) => (data == null ? {} : { data });
const outputIn: Payload = (data) => pick(data, 'output');

function wordIn(data: unknown, key: string): string {
  return isObject(data) ? textOf(data[key]) : '';
}

function failureIn(data: unknown): CodecEvent {
  const isWhole = isObject(data) && (!('errorText' in data) || typeof data.errorText === 'string');
  return { errorText: wordIn(data, 'errorText'), ...(isWhole ? pick(data, 'input') : {}) };
}

function endOfToolInput(headers: Headers, whole: string): CodecEvent {
  const event: CodecEvent = {
    type: 'tool-input-available',
    toolCallId: CALL.read(headers),
    toolName: TOOL.read(headers),
    ...readFields([META], headers),
  };
  if (whole) {
    const input = fromJson(whole);
    event.input = input ? input.value : whole;
  }
  return event;
}

function wholeToolInput(headers: Headers, data: unknown): CodecEvent[] {
  const end = { type: 'tool-input-available', ...readFields([CALL, TOOL, META], headers) };
  return [
    { type: 'tool-input-start', ...readFields(TOOL_START, headers) },
    data == null ? end : { ...end, input: data },
  ];
}

function streamed(kind: string): Stream {
  return {
    kind,
    start: `${kind}-start`,
    delta: `${kind}-delta`,
    end: `${kind}-end`,
    deltaText: 'delta',
    fields: [ID, META],
    deltaFields: [ID],
  };
}

const STREAMS: readonly Stream[] = [
  streamed('text'),
  streamed('reasoning'),
  {
    kind: 'tool-input',
    start: 'tool-input-start',
    delta: 'tool-input-delta',
    end: 'tool-input-available',
    deltaText: 'inputTextDelta',
    fields: TOOL_START,
    deltaFields: [CALL],
    rebuildEnd: endOfToolInput,
    rebuildWhole: wholeToolInput,
  },
];

const SAID: readonly Said[] = [
  { type: 'start', fields: [MESSAGE_ID, MESSAGE_META] },
  { type: 'start-step' },
  { type: 'finish-step' },
  { type: 'finish', fields: [FINISH, MESSAGE_META] },
  { type: 'message-metadata', fields: [MESSAGE_META] },
  { type: 'error', payload: (data) => ({ errorText: textOf(data) }) },
  { type: 'abort', payload: (data) => (textOf(data) ? { reason: data } : {}) },
  { type: 'file', fields: [MEDIA, META], payload: urlIn },
  { type: 'source-url', fields: [SOURCE, TITLE, META], payload: urlIn },
  {
    type: 'source-document',
    fields: [SOURCE, MEDIA, text('title', ''), text('filename'), META],
  },
  { type: 'tool-input-error', fields: TOOL_START, payload: failureIn },
  {
    type: 'tool-output-available',
    fields: [CALL, DYNAMIC, BY_PROVIDER, flag('preliminary')],
    payload: outputIn,
  },
  {
    type: 'tool-output-error',
    fields: [CALL, DYNAMIC, BY_PROVIDER],
    payload: (data) => ({ errorText: wordIn(data, 'errorText') }),
  },
  { type: 'tool-approval-request', fields: [CALL, text('approvalId', '')] },
  { type: 'tool-output-denied', fields: [CALL] },
  { type: 'data-*', fields: [ID, flag('transient')], payload: dataIn },
];

export const OUTPUTS = new OutputTable(STREAMS, SAID);

/** The messages of the Run that a fork answers for. */
export interface Seed {
  readonly messages: readonly { readonly codecMessageId: string; readonly message: Message }[];
}

/** Returns the fork's seed that a tool's result carries, rid of what is not a message. */
function seedIn(data: unknown): { forkSeed?: Seed } {
  const given = isObject(data) && isObject(data.forkSeed) ? data.forkSeed.messages : undefined;
  if (!Array.isArray(given)) return {};
  const messages = given.filter(isObject).flatMap((entry) => {
    const { codecMessageId, message } = entry;
    if (typeof codecMessageId !== 'string' || !isObject(message)) return [];
    if (!Array.isArray(message.parts)) return [];
    const parts: Json[] = message.parts.filter(
      (part) => isObject(part) && typeof part.type === 'string',
    );
    return [{ codecMessageId, message: { ...message, parts } }];
  });
  return { forkSeed: { messages } };
}

export const INPUTS = new InputTable(
  {
    is: 'amendment',
    kind: 'tool-result',
    fields: [CALL],
    payload: (data) => ({ ...pick(data, 'output'), ...seedIn(data) }),
  },
  {
    is: 'amendment',
    kind: 'tool-result-error',
    fields: [CALL],
    payload: (data) => ({ message: wordIn(data, 'message'), ...seedIn(data) }),
  },
  {
    is: 'amendment',
    kind: 'tool-approval-response',
    fields: [CALL, flag('approved', false), text('reason')],
    payload: EDITED,
  },
  { is: 'signal', kind: 'regenerate' },
  {
    is: 'composed',
    kind: 'user-message',
    parts: [
      { type: 'text', payload: textIn },
      { type: 'file', fields: [MEDIA], payload: urlIn },
      { type: 'data-*', fields: [ID], payload: dataIn },
    ],
    assemble: (part, headers, transport) => ({
      message: {
        id: MESSAGE_ID.read(headers) || '',
        role: transport[ROLE] ?? 'user',
        parts: [part],
      },
    }),
  },
);
