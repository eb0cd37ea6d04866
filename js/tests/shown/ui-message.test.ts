import { expect, test } from 'vitest';
import type { Context } from '../../src/shown/context';
import type { CallAnswer, RunStatus } from '../../src/shown/model';
import { uiParts } from '../../src/shown/ui-message';

const context = (
  status?: RunStatus,
  open?: Context['open'],
  answers: readonly CallAnswer[] = [],
): Context => ({
  status,
  open,
  argumentsOf: () => '{"half',
  answersTo: () => answers,
});
const parts = (given: unknown, of = context()) => uiParts({ parts: given }, of);

test('words, and the newest of them while they stream', () => {
  const said = [
    { type: 'step-start' },
    { type: 'reasoning', text: 'hm' },
    { type: 'text', text: 'well' },
  ];
  expect(parts(said, context('active', 'words'))).toEqual([
    { kind: 'step' },
    { kind: 'reasoning', text: 'hm', isStreaming: false },
    { kind: 'text', text: 'well', isStreaming: true },
  ]);
  expect(parts(said, context('active', 'arguments')).at(-1)).toMatchObject({ isStreaming: false });
});

test('files, sources and data', () => {
  expect(
    parts([
      { type: 'file', mediaType: 'image/png', url: 'data:,', filename: 'a.png' },
      { type: 'source-url', sourceId: 's', url: 'https://a.example', title: 'A' },
      { type: 'source-document', sourceId: 's', mediaType: 'text/plain', filename: 'b.txt' },
      { type: 'data-weather', id: 'w', data: { sun: true } },
    ]),
  ).toEqual([
    { kind: 'file', mediaType: 'image/png', url: 'data:,', name: 'a.png' },
    { kind: 'source', url: 'https://a.example', title: 'A' },
    { kind: 'source', mediaType: 'text/plain', fileName: 'b.txt' },
    { kind: 'data', name: 'weather', data: { sun: true } },
  ]);
});

test('a call through its states', () => {
  const call = (state: string, more: object = {}) => ({
    type: 'tool-pay',
    toolCallId: 'c',
    state,
    ...more,
  });
  const shown = (state: string, status: RunStatus, more: object = {}) =>
    parts([call(state, more)], context(status))[0];
  expect(shown('input-streaming', 'active')).toEqual({
    kind: 'tool',
    callId: 'c',
    name: 'pay',
    state: 'input-streaming',
    inputText: '{"half',
  });
  expect(shown('input-available', 'active', { input: 1 })).not.toHaveProperty('awaits');
  expect(shown('input-available', 'suspended', { input: 1 })).toMatchObject({ awaits: 'answer' });
  expect(shown('input-available', 'suspended', { providerExecuted: true })).not.toHaveProperty(
    'awaits',
  );
  const asked = { approval: { id: 'a' } };
  expect(shown('approval-requested', 'active', asked)).toMatchObject({ awaits: 'approval' });
  expect(shown('approval-requested', 'cancelled', asked)).not.toHaveProperty('awaits');
  const approval = { id: 'a', approved: true, arguments: { x: 1 } };
  expect(shown('approval-responded', 'active', { approval })).toMatchObject({
    approval: { isApproved: true, arguments: { x: 1 } },
  });
  const denied = call('output-denied', { approval: { id: '', approved: false } });
  const answers = [{ kind: 'denied', by: { clientId: 'omar' }, reason: 'too dear' }] as const;
  expect(parts([denied], context('complete', undefined, answers))[0]).toMatchObject({
    approval: { isApproved: false, reason: 'too dear' },
    answers,
  });
  expect(shown('output-available', 'active', { output: null, preliminary: true })).toMatchObject({
    output: null,
    isPreliminary: true,
  });
  expect(shown('output-error', 'active', { errorText: 'no' })).toMatchObject({ error: 'no' });
});

test('what nobody knows, and what is malformed, shows as it is', () => {
  const odd = [
    null,
    7,
    'text',
    {},
    { type: 'new-thing', x: 1 },
    { type: 'text', text: 5 },
    { type: 'file', mediaType: 'a/b' },
    { type: 'tool-x', toolCallId: 'c', state: 'dancing' },
    { type: 'dynamic-tool', toolCallId: 4, state: 'input-available' },
    { type: ['text'], text: 'x' },
  ];
  for (const [at, part] of parts(odd).entries()) {
    expect(part).toMatchObject({ kind: 'other', value: odd[at] });
  }
  expect(uiParts({ parts: 'none' }, context())).toMatchObject([{ kind: 'other' }]);
});
