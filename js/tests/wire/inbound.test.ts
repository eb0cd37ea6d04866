/** A delivery read from what Ably gives: whatever is missing or odd in it. */

import { Realtime } from 'ably';
import { describe, expect, test } from 'vitest';
import { Action, decoded, deliveriesIn, Inbound } from '../../src/wire/inbound';

const bytes = (text: string) => new TextEncoder().encode(text);

test('everything is read', () => {
  const inbound = new Inbound({
    action: 5,
    serial: 's1',
    name: 'ai-output',
    data: 'hello',
    clientId: 'ann',
    timestamp: 1700,
    version: { serial: 's2', timestamp: 1800, clientId: 'bob' },
    extras: { ai: { transport: { 'run-id': 'r' }, codec: { kind: 'text' } }, x: 1 },
  });
  expect({ ...inbound }).toEqual({
    action: Action.APPEND,
    serial: 's1',
    name: 'ai-output',
    data: 'hello',
    clientId: 'ann',
    timestamp: 1700,
    version: 's2',
    versionTimestamp: 1800,
    versionClientId: 'bob',
    extras: { ai: { transport: { 'run-id': 'r' }, codec: { kind: 'text' } }, x: 1 },
    transport: { 'run-id': 'r' },
    codec: { kind: 'text' },
  });
});

test('what the ably client has made of it reads the same', async () => {
  const raw = {
    action: 5,
    serial: 's1',
    name: 'ai-output',
    data: '{"a":[1]}',
    encoding: 'json',
    clientId: 'ann',
    timestamp: 1700,
    version: { serial: 's2', timestamp: 1800, clientId: 'bob' },
    extras: { ai: { transport: { 'run-id': 'r' }, codec: { kind: 'text' } } },
  };
  const message = await Realtime.Message.fromEncoded(structuredClone(raw));
  expect(message.action).toBe('message.append');
  expect({ ...new Inbound(message) }).toEqual({ ...new Inbound(raw) });
  expect(new Inbound(message).data).toEqual({ a: [1] });
});

test.each([
  [5, Action.APPEND],
  [undefined, Action.CREATE],
  ['message.create', Action.CREATE],
  ['message.update', Action.UPDATE],
  ['message.delete', Action.DELETE],
  ['message.append', Action.APPEND],
  ['message.summary', Action.SUMMARY],
  ['meta', Action.META],
  ['of another time', Action.META],
])('actions may be named: %s', (action, read) => {
  expect(new Inbound({ action }).action).toBe(read);
});

describe('deliveries', () => {
  test('may be in their frames', () => {
    const frame = { action: 15, timestamp: 7, messages: [{ serial: 's1' }, { serial: 's2' }] };
    const alone = { serial: 's3', timestamp: 9 };
    const found = [...deliveriesIn([frame, alone, new Inbound(alone), { action: 11 }])];
    expect(found.map((each) => [each.serial, each.timestamp, each.action])).toEqual([
      ['s1', 7, 0],
      ['s2', 7, 0],
      ['s3', 9, 0],
      ['s3', 9, 0],
      ['', undefined, 11],
    ]);
  });

  test.each([null, 5, 'text', ['ai-input']])('are refused where they are none: %j', (item) => {
    expect(() => [...deliveriesIn([item as object])]).toThrow('is not a message');
  });
});

test('nothing need be there', () => {
  expect({ ...new Inbound({}) }).toEqual({
    action: Action.CREATE,
    serial: '',
    name: '',
    version: '',
    transport: {},
    codec: {},
  });
});

test.each([
  [null, 's1'],
  [undefined, 's1'],
  [{}, 's1'],
  [{ serial: null }, 's1'],
  [{ serial: 's2' }, 's2'],
  ['s2', 's2'],
  [5, 's1'],
])('a message is its own first version: %j', (version, read) => {
  expect(new Inbound({ serial: 's1', version }).version).toBe(read);
});

test.each([
  null,
  'text',
  [],
  {},
  { ai: null },
  { ai: [] },
  { ai: { transport: ['x'], codec: 'x' } },
])('extras of others have no headers: %j', (extras) => {
  const inbound = new Inbound({ extras });
  expect([inbound.transport, inbound.codec]).toEqual([{}, {}]);
});

test.each([
  ['{"a": 1}', 'json', { a: 1 }],
  ['aGk=', 'base64', bytes('hi')],
  ['aGk=', 'utf-8/base64', 'hi'],
  ['eyJhIjoxfQ==', 'json/utf-8/base64', { a: 1 }],
  ['eyJhIjoxfQ==', 'json/base64', { a: 1 }],
  [bytes('hi'), 'utf-8', 'hi'],
  ['hi', 'utf-8', 'hi'],
  [{ a: 1 }, 'json', { a: 1 }],
  ['secret', 'json/utf-8/cipher+aes-256-cbc', 'secret'],
  ['aGk=', 'cipher+aes-256-cbc/base64', bytes('hi')],
  ['{', 'json', '{'],
  ['e30=', 'unknown/base64', bytes('{}')],
  [Uint8Array.of(0xff), 'utf-8', Uint8Array.of(0xff)],
  [bytes('\ufeffhi'), 'utf-8', '\ufeffhi'],
  ['ü', 'base64', 'ü'],
  ['abc', 'base64', 'abc'],
  [null, 'json', null],
  ['['.repeat(100_000), 'json', '['.repeat(100_000)],
])('encodings are undone as far as they are known: %.20j %s', (data, encoding, expected) => {
  expect(decoded(data, encoding)).toEqual(expected);
});
