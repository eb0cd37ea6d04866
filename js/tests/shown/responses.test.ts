import { expect, test } from 'vitest';
import type { Context } from '../../src/shown/context';
import type { RunStatus } from '../../src/shown/model';
import { callsIn, responsesParts } from '../../src/shown/responses';

function parts(
  message: Record<string, unknown>,
  status?: RunStatus,
  open?: Context['open'],
  others: Record<string, unknown>[] = [],
) {
  const context: Context = {
    status,
    open,
    argumentsOf: () => undefined,
    answersTo: () => [],
  };
  return responsesParts(message, callsIn([message, ...others]), context);
}

const call = (more: object = {}) => ({
  type: 'function_call',
  call_id: 'c',
  name: 'pay',
  arguments: '{"a":1}',
  ...more,
});

test('words of messages and of reasoning', () => {
  const items = [
    {
      type: 'reasoning',
      summary: [{ type: 'summary_text', text: 'short' }],
      content: [{ type: 'reasoning_text', text: 'long' }],
    },
    {
      type: 'message',
      content: [
        { type: 'output_text', text: 'hello' },
        { type: 'refusal', refusal: 'never' },
      ],
    },
  ];
  expect(parts({ items }, 'active', 'words')).toEqual([
    { kind: 'reasoning', text: 'short', isStreaming: false },
    { kind: 'reasoning', text: 'long', isStreaming: false },
    { kind: 'text', text: 'hello', isStreaming: false },
    { kind: 'text', text: 'never', isStreaming: true },
  ]);
});

test('a call through its states', () => {
  const shown = (item: object, states: object, status: RunStatus = 'active', more: object[] = []) =>
    parts({ items: [item, ...more], toolCallStates: { c: states } }, status);
  const streaming = call({ arguments: '{"a', status: 'in_progress' });
  expect(shown(streaming, {})[0]).toEqual({
    kind: 'tool',
    callId: 'c',
    name: 'pay',
    state: 'input-streaming',
    inputText: '{"a',
  });
  expect(shown(call(), {}, 'suspended')[0]).toMatchObject({
    state: 'input-available',
    input: { a: 1 },
    awaits: 'answer',
  });
  expect(shown(call(), { approval: 'pending' })[0]).toMatchObject({
    state: 'approval-requested',
    awaits: 'approval',
    approval: {},
  });
  expect(shown(call(), { approval: 'approved', edited: { a: 2 } })[0]).toMatchObject({
    state: 'approval-responded',
    approval: { isApproved: true, arguments: { a: 2 } },
  });
  const output = { type: 'function_call_output', call_id: 'c', output: 'done' };
  expect(shown(call(), {}, 'active', [output])).toMatchObject([
    { state: 'output-available', output: 'done' },
  ]);
  expect(shown(call(), { result: 'failed' }, 'active', [output])).toMatchObject([
    { state: 'output-error', error: 'done' },
  ]);
  expect(shown(call(), { approval: 'denied', reason: 'no' }, 'active', [output])).toMatchObject([
    { state: 'output-denied', approval: { isApproved: false, reason: 'no' } },
  ]);
});

test('a call and its output may be in different messages', () => {
  const output = { items: [{ type: 'function_call_output', call_id: 'c', output: 'done' }] };
  expect(parts({ items: [call()] }, 'active', undefined, [output])).toMatchObject([
    { output: 'done' },
  ]);
  expect(parts(output, 'active', undefined, [{ items: [call()] }])).toEqual([]);
  expect(parts(output)).toMatchObject([{ kind: 'other', name: 'function_call_output' }]);
});

test('a call that only the request for an approval names', () => {
  const toolCallStates = { c: { approval: 'pending', name: 'pay', arguments: '{"a":1}' } };
  expect(parts({ items: [], toolCallStates }, 'suspended')).toMatchObject([
    { kind: 'tool', name: 'pay', input: { a: 1 }, awaits: 'approval' },
  ]);
});

test('what nobody knows, and what is malformed, shows as it is', () => {
  const items = [
    null,
    3,
    { type: 'web_search_call' },
    { type: 'function_call' },
    { type: 'message', content: [{ type: 'audio' }, 1] },
  ];
  expect(parts({ items }).map((part) => part.kind)).toEqual(Array(6).fill('other'));
  expect(parts({ items: {} })).toMatchObject([{ kind: 'other', name: 'message' }]);
  expect(parts({ items: [call({ arguments: 'not JSON' })] })).toMatchObject([
    { input: 'not JSON' },
  ]);
});
