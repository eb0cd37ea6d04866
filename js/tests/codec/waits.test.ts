/** Whether a Run waits for its user: for a call's output, or for a decision. */

import { expect, test } from 'vitest';
import { ResponsesCodec } from '../../src/codec/responses/codec';
import { TextCodec } from '../../src/codec/text';
import { UIMessageCodec } from '../../src/codec/uimessage/codec';

const ASKED = { role: 'user', parts: [{ type: 'text', text: 'What is it like?' }] };
const SAID = { role: 'assistant', parts: [{ type: 'text', text: 'It rains.' }] };

function calling(state: string, type = 'tool-look', more = {}) {
  const part = { type, toolCallId: 'c1', state, input: { q: 'rain' }, ...more };
  return { role: 'assistant', parts: [{ type: 'step-start' }, part] };
}

test.each([
  [calling('input-available'), true],
  [calling('input-available', 'dynamic-tool', { toolName: 'look' }), true],
  [calling('approval-requested', 'tool-look', { approval: { id: 'a' } }), true],
  [calling('approval-requested', 'tool-look', { providerExecuted: true }), true],
  [calling('input-available', 'tool-look', { providerExecuted: true }), false],
  [calling('input-available', 'text'), false],
  [calling('input-streaming'), false],
  [calling('approval-responded'), false],
  [calling('output-available'), false],
  [calling('output-error'), false],
  [calling('output-denied'), false],
  [SAID, false],
])('a call waits until it has an output or a decision: %j', (message, waits) => {
  const codec = new UIMessageCodec();
  expect(codec.waits([ASKED, message])).toBe(waits);
  // What a user says meanwhile answers no call.
  expect(codec.waits([ASKED, message, ASKED])).toBe(waits);
  // In two messages or in one.
  expect(codec.waits([ASKED, message, SAID])).toBe(waits);
  // What came of an earlier turn is over.
  expect(codec.waits([ASKED, message, ASKED, SAID])).toBe(false);
});

test('nothing said waits for nobody', () => {
  for (const codec of [new UIMessageCodec(), new TextCodec(), new ResponsesCodec()]) {
    expect(codec.waits([])).toBe(false);
  }
  expect(new UIMessageCodec().waits([ASKED])).toBe(false);
});

const CALL = { type: 'function_call', call_id: 'c1', name: 'look', arguments: '{}' };
const OUTPUT = { type: 'function_call_output', call_id: 'c1', output: 'wet' };
const QUESTION = { role: 'user', items: [{ type: 'message', role: 'user', content: [] }] };

function items(given: object[], states = {}) {
  return { role: 'assistant', items: given, ...states };
}

test.each([
  [[items([CALL])], true],
  [[items([CALL]), items([OUTPUT])], false],
  [[items([CALL, OUTPUT])], false],
  [[items([CALL, { ...CALL, call_id: 'c2' }]), items([OUTPUT])], true],
  [[items([CALL], { toolCallStates: { c1: { approval: 'pending' } } })], true],
  [[items([CALL], { toolCallStates: { c1: { approval: 'approved' } } })], false],
  [[items([{ ...CALL, call_id: '__proto__' }], { toolCallStates: {} })], true],
  [[items([])], false],
])('a call of OpenAI waits until it is answered: %j', (said, waits) => {
  const codec = new ResponsesCodec();
  expect(codec.waits([QUESTION, ...said])).toBe(waits);
  expect(codec.waits([QUESTION, ...said, QUESTION])).toBe(waits);
  expect(codec.waits([QUESTION, ...said, QUESTION, items([])])).toBe(false);
});

test('a codec tells whose call an id is', () => {
  expect(new UIMessageCodec().hasCall(calling('output-available'), 'c1')).toBe(true);
  expect(new UIMessageCodec().hasCall(calling('output-available'), 'c2')).toBe(false);
  expect(new UIMessageCodec().hasCall(ASKED, 'c1')).toBe(false);
  const codec = new ResponsesCodec();
  expect(codec.hasCall(items([CALL]), 'c1')).toBe(true);
  expect(codec.hasCall(items([OUTPUT]), 'c1')).toBe(false);
  expect(codec.hasCall(items([], { toolCallStates: { c1: {} } }), 'c1')).toBe(true);
  expect(codec.hasCall(items([]), 'toString')).toBe(false);
  // A text has no calls that it could be asked for.
  expect(new TextCodec().hasCall({ role: 'assistant', text: '' }, 'c1')).toBe(true);
});
