/** What the recorded cases show at the end only: how messages look while they grow. */

import { describe, expect, test } from 'vitest';
import { type CodecName, codecNamed } from '../../src/codec/codecs';
import type { CodecEvent } from '../../src/codec/fields';

/** Returns the messages after outputs of one message. */
function said(name: CodecName, ...events: CodecEvent[]) {
  const codec = codecNamed(name);
  const projection = codec.empty();
  for (const event of events) codec.foldOutput(projection, event, 'm');
  return codec.messages(projection).map(({ message }) => message);
}

describe("the AI SDK's messages", () => {
  const begun = { type: 'tool-input-start', toolCallId: 'c', toolName: 'look' };
  const delta = (inputTextDelta: string) => ({
    type: 'tool-input-delta',
    toolCallId: 'c',
    inputTextDelta,
  });
  const parts = (...events: CodecEvent[]) => said('uimessage', ...events)[0]?.parts;

  test('a tool has its input from when all of it is here', () => {
    const streaming = { type: 'tool-look', toolCallId: 'c', state: 'input-streaming' };
    expect(parts(begun, delta('{"a"'))).toEqual([streaming]);
    expect(parts(begun, delta('{"a"'), delta(':1}'))).toEqual([{ ...streaming, input: { a: 1 } }]);
    expect(parts(begun, delta('{"a":1}'), delta('}'))).toEqual([streaming]);
  });

  test('a tool that was not begun has nothing to add to', () => {
    expect(parts(delta('{}'))).toEqual([]);
    expect(parts({ type: 'tool-input-available', toolCallId: 'c', input: 1 })).toEqual([]);
  });

  test('a stream that has ended grows no more, nor does one of a step before', () => {
    for (const kind of ['text', 'reasoning']) {
      const more = { type: `${kind}-delta`, id: 't', delta: 'x' };
      const grown = [{ type: `${kind}-start`, id: 't' }, more];
      for (const end of [{ type: `${kind}-end`, id: 't' }, { type: 'finish-step' }]) {
        expect(parts(...grown, end, more)).toEqual([{ type: kind, text: 'x' }]);
      }
    }
  });

  test('a word on a call waits for it', () => {
    const codec = codecNamed('uimessage');
    const projection = codec.empty();
    const payload = { toolCallId: 'c', output: 7 };
    codec.foldInput(projection, { kind: 'tool-result', codecMessageId: 'm', payload }, 'm');
    expect(codec.messages(projection)).toEqual([]);
    codec.foldOutput(projection, begun, 'm');
    const [message] = codec.messages(projection);
    expect(message?.message.parts).toMatchObject([{ state: 'output-available', output: 7 }]);
  });

  test('no message has what its own beginning did not give it', () => {
    const seen = new Set<string>();
    const codec = codecNamed('uimessage');
    const lead = (kind: string, streamed: boolean) =>
      codec.leadIn(seen, kind, { messageId: 'own' }, streamed).map(({ type }) => type);
    expect(lead('text', true)).toEqual(['start', 'start-step']);
    expect(lead('text', true)).toEqual([]);
    expect(lead('finish-step', false)).toEqual([]);
    expect(lead('tool-input', false)).toEqual(['start-step']);
    expect(lead('finish', false)).toEqual([]);
    expect(lead('reasoning', true)).toEqual(['start', 'start-step']);
    expect(lead('abort', false)).toEqual([]);
    expect(lead('start', false)).toEqual([]);
    expect(lead('text', true)).toEqual(['start-step']);
  });
});

describe("OpenAI's items", () => {
  const item = { id: 'i', type: 'message', role: 'assistant', content: [] };
  const added = { type: 'response.output_item.added', item };
  const opened = (content_index: unknown, text = '') => ({
    type: 'response.content_part.added',
    item_id: 'i',
    content_index,
    part: { type: 'output_text', text },
  });
  const texts = (...events: CodecEvent[]) => said('responses', added, ...events)[0]?.items;

  test('a part is shown once all below it are', () => {
    const part = (text: string) => ({ type: 'output_text', text });
    expect(texts(opened(1, 'b'))).toEqual([item]);
    expect(texts(opened(1, 'b'), opened(0, 'a'))).toEqual([
      { ...item, content: [part('a'), part('b')] },
    ]);
    expect(texts(opened(0, 'a'), opened(0, 'b'))).toEqual([{ ...item, content: [part('b')] }]);
    for (const nowhere of [-1, 1.5, '0', null, undefined]) {
      expect(texts(opened(nowhere, 'a'))).toEqual([item]);
    }
  });

  test('what an item came in stays as it was', () => {
    texts(opened(0, 'a'));
    expect(item.content).toEqual([]);
  });

  test('a part is not filled by the stream of another kind', () => {
    const refused = { type: 'response.refusal.delta', item_id: 'i', content_index: 0, delta: 'x' };
    expect(texts(opened(0, 'a'), refused)).toEqual(texts(opened(0, 'a')));
    const thought = { ...refused, type: 'response.reasoning_text.delta' };
    expect(texts(opened(0, 'a'), thought)).toEqual(texts(opened(0, 'a')));
  });
});

test('a text grows under the id of its message', () => {
  const delta = { type: 'text-delta', delta: 'x' };
  expect(said('text', { type: 'text-start' }, delta, delta, { type: 'text-end' })).toEqual([
    { role: 'assistant', text: 'xx' },
  ]);
});
