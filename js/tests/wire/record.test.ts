/** A message put together from its deliveries: the same, whatever way and order they came in. */

import { describe, expect, test } from 'vitest';
import { Action, Inbound } from '../../src/wire/inbound';
import { clean, Record, SharedHeaders } from '../../src/wire/record';
import { Chance } from '../tree/random';

type Headers = { readonly [name: string]: string };

const STREAMING = {
  stream: 'true',
  status: 'streaming',
  'run-id': 'r',
  'codec-message-id': 'm',
};
const COMPLETE = { ...STREAMING, status: 'complete' };
const CANCELLED = { ...STREAMING, status: 'cancelled' };
const WHOLE = { stream: 'false', 'run-id': 'r', 'codec-message-id': 'm' };
const TEXT = { kind: 'text', id: '1' };

function delivery(
  action: number,
  version: number,
  data: unknown,
  transport: Headers = STREAMING,
  codec: Headers = TEXT,
): Inbound {
  return new Inbound({
    action,
    serial: 'v0',
    name: 'ai-output',
    data,
    version: { serial: `v${version}` },
    extras: { ai: { transport, codec } },
  });
}

const create = (data: unknown = '', transport: Headers = STREAMING) =>
  delivery(Action.CREATE, 0, data, transport);
const append = (version: number, data: unknown, transport?: Headers, codec?: Headers) =>
  delivery(Action.APPEND, version, data, transport, codec);
const update = (version: number, data: unknown, transport?: Headers) =>
  delivery(Action.UPDATE, version, data, transport);

describe('a stream', () => {
  test('grows by appends and ends with one', () => {
    const record = new Record(create());
    expect(record).toMatchObject({ streamed: true, text: '', status: undefined });
    expect(record.merge(append(1, 'hel'))).toBe('grew');
    expect(record.merge(append(2, 'lo'))).toBe('grew');
    expect(record).toMatchObject({ text: 'hello', status: undefined });
    expect(record.merge(append(3, '', COMPLETE))).toBe('grew');
    expect(record).toMatchObject({ text: 'hello', status: 'complete', version: 'v3' });
  });

  test.each([COMPLETE, CANCELLED])('that grows after its end says something else', (ended) => {
    const record = new Record(create());
    expect(record.merge(append(1, 'a', ended))).toBe('grew');
    expect(record.status).toBe(ended.status);
    expect(record.merge(append(2, 'b', ended))).toBe('replaced');
    expect(record.text).toBe('ab');
  });

  test('has the headers that its end brings', () => {
    const record = new Record(create());
    const codec = { ...TEXT, providerMetadata: '{}' };
    expect(record.merge(append(1, 'a', COMPLETE, codec))).toBe('replaced');
    expect(record.codec).toEqual(codec);
  });

  test('keeps its headers where an append has none', () => {
    const record = new Record(create());
    expect(record.merge(append(1, 'a', {}, {}))).toBe('grew');
    expect(record).toMatchObject({ transport: STREAMING, codec: TEXT, text: 'a' });
  });

  test.each(['run-id', 'codec-message-id', 'step-id'])('moves with another %s', (key) => {
    const record = new Record(create());
    expect(record.merge(append(1, 'a', { ...STREAMING, [key]: 'other' }))).toBe('moved');
    expect(record.transport[key]).toBe('other');
    expect(record.runId).toBe(record.transport['run-id']);
    expect(record.messageId).toBe(record.transport['codec-message-id']);
  });

  test.each([null, { a: 1 }, 5])('gets nothing from what is no text: %j', (data) => {
    const record = new Record(create());
    record.merge(append(1, data));
    expect(record.text).toBe('');
  });
});

describe('what changes nothing', () => {
  test.each([0, 1, 2])('is what is here already: version %i', (version) => {
    const record = new Record(create());
    record.merge(append(1, 'a'));
    record.merge(append(2, 'b'));
    for (const again of [append(version, 'x'), update(version, 'x'), create('x')]) {
      expect(record.merge(again)).toBe('nothing');
    }
    expect(record).toMatchObject({ text: 'ab', version: 'v2' });
  });

  test.each([Action.META, Action.SUMMARY, 99])('is about a message: action %i', (action) => {
    for (const first of [create(), append(1, 'a')]) {
      const record = new Record(first);
      const { text } = record;
      expect(record.merge(delivery(action, 9, 'x'))).toBe('nothing');
      expect(record.text).toBe(text);
    }
  });
});

describe('an update', () => {
  test('is the whole message', () => {
    const record = new Record(create());
    record.merge(append(1, 'a'));
    expect(record.merge(update(2, 'other', COMPLETE))).toBe('replaced');
    expect(record).toMatchObject({ text: 'other', status: 'complete' });
    expect(record.merge(append(3, '!'))).toBe('replaced');
    expect(record.text).toBe('other!');
  });

  test('in another place moves the message', () => {
    const record = new Record(create());
    expect(record.merge(update(1, 'a', { ...STREAMING, 'run-id': 'other' }))).toBe('moved');
    expect(record.runId).toBe('other');
  });

  test('can make a stream of a message, and the other way round', () => {
    const record = new Record(create('whole', WHOLE));
    expect(record).toMatchObject({ streamed: false, data: 'whole', text: '' });
    record.merge(update(1, 'grown'));
    expect(record).toMatchObject({ streamed: true, data: undefined, text: 'grown' });
    record.merge(update(2, { a: 1 }, WHOLE));
    expect(record).toMatchObject({ streamed: false, data: { a: 1 }, text: '' });
  });

  test('without a name keeps the name', () => {
    const record = new Record(create('a', WHOLE));
    record.merge(new Inbound({ action: 1, serial: 'v0', version: { serial: 'v1' } }));
    expect(record.name).toBe('ai-output');
  });

  test('tells who changed it last', () => {
    const record = new Record(create());
    const version = { serial: 'v1', timestamp: 1800, clientId: 'bob' };
    record.merge(new Inbound({ action: Action.APPEND, data: 'a', version }));
    expect(record).toMatchObject({ versionTimestamp: 1800, versionClientId: 'bob' });
  });

  test('brings back what a delete took away', () => {
    const record = new Record(create('a', WHOLE));
    expect(record.merge(delivery(Action.DELETE, 1, null, WHOLE))).toBe('moved');
    expect(record.deleted).toBe(true);
    expect(record.merge(update(2, 'b', WHOLE))).toBe('moved');
    expect(record).toMatchObject({ deleted: false, data: 'b' });
  });
});

test('an append to what does not stream is part of it', () => {
  const record = new Record(create('a', WHOLE));
  expect(record.merge(append(1, 'b', WHOLE))).toBe('replaced');
  expect(record.data).toBe('ab');
  const structured = new Record(create({ a: 1 }, WHOLE));
  structured.merge(append(1, 'text', WHOLE));
  expect(structured.data).toEqual({ a: 1 });
});

test.each([
  [null, undefined],
  ['text', undefined],
  [{}, {}],
  [{ ai: {} }, undefined],
  [{ ai: {}, x: 1 }, { x: 1 }],
])('extras are kept but for our own: %j', (extras, kept) => {
  expect(new Record(new Inbound({ extras })).extras).toEqual(kept);
});

describe('appends', () => {
  test('may come before their beginning', () => {
    const record = new Record(append(2, 'c'));
    expect(record.merge(append(3, 'd'))).toBe('grew');
    expect(record.merge(append(3, 'd'))).toBe('nothing');
    expect(record).toMatchObject({ text: 'cd', state: 'only v3' });
    record.merge(update(1, 'ab'));
    expect(record).toMatchObject({ text: 'abcd', version: 'v3', state: 'v3' });
    expect(record.merge(append(3, 'd'))).toBe('nothing');
    record.merge(append(4, 'e'));
    expect(record.text).toBe('abcde');
  });

  test('that came in disorder are put in order behind it', () => {
    const record = new Record(append(3, 'c'));
    for (const each of [append(2, 'b'), append(1, 'a'), create()]) record.merge(each);
    expect(record).toMatchObject({ text: 'abc', version: 'v3' });
  });

  test('give their place to a beginning that has them already', () => {
    const record = new Record(append(2, 'b'));
    record.merge(append(3, 'c'));
    record.merge(update(4, 'abcd', COMPLETE));
    expect(record).toMatchObject({ text: 'abcd', status: 'complete' });
  });
});

test('live, history and both are the same', () => {
  for (let seed = 0; seed < 400; seed += 1) {
    const chance = new Chance(seed);
    const last = chance.below(6) + 1;
    const texts = ['', ...Array.from({ length: last }, () => chance.pick(['a', 'bc', '']))];
    const told = (version: number) => (version === last ? COMPLETE : STREAMING);
    const codecs = texts.map(() => ({ ...TEXT, word: chance.pick(['x', 'y']) }));
    const live = (version: number) =>
      version
        ? append(version, texts[version], told(version), codecs[version])
        : delivery(Action.CREATE, 0, '', told(0), codecs[0]);
    const past = (version: number) => {
      const [action, data] = [version ? 1 : 0, texts.slice(0, version + 1).join('')];
      return delivery(action, version, data, told(version), codecs[version]);
    };
    const first = chance.below(last + 1);
    const deliveries = texts.map((_, version) => live(version)).slice(first);
    for (let times = chance.below(4); times > 0; times -= 1) {
      const known = chance.below(deliveries.length);
      const at = known + 1 + chance.below(deliveries.length - known);
      deliveries.splice(at, 0, ...deliveries.slice(known, known + 1));
    }
    const versions = first ? [first - 1] : [];
    for (let times = chance.below(4); times > 0; times -= 1) {
      const least = Math.max(first - 1, 0);
      versions.push(least + chance.below(last - least + 1));
    }
    for (const version of versions) {
      deliveries.splice(chance.below(deliveries.length + 1), 0, past(version));
    }
    const [beginning = create(), ...rest] = deliveries;
    const record = new Record(beginning);
    for (const each of rest) record.merge(each);
    const { text, codec, transport, version, status } = new Record(past(last));
    expect(record, `${seed}`).toMatchObject({ text, codec, transport, version, status });
  }
});

test('of whole versions the newest counts, in any order and again', () => {
  for (let seed = 0; seed < 200; seed += 1) {
    const chance = new Chance(seed);
    const deleted = chance.below(4) + 1;
    const each = [0, 1, 2, 3, 4].map((version) => {
      const action = version === deleted ? Action.DELETE : version && Action.UPDATE;
      return delivery(action, version, `data ${version}`, WHOLE);
    });
    const again = [chance.pick(each), chance.pick(each)];
    const [first = create(), ...rest] = chance.shuffled([...each, ...again]);
    const record = new Record(first);
    for (const delivered of rest) record.merge(delivered);
    const newest = { data: 'data 4', version: 'v4', deleted: deleted === 4 };
    expect(record, `${seed}`).toMatchObject(newest);
  }
});

test('headers that are not plain are left out', () => {
  const given = JSON.parse('{"a":"text","b":5,"c":1.5,"d":null,"e":["x"],"f":{"g":"h"}}');
  expect(clean(given)).toEqual({ a: 'text', b: 5, c: 1.5 });
  const own = JSON.parse('{"__proto__": "text", "constructor": "text"}');
  expect(Object.entries(clean(own))).toEqual(Object.entries(own));
});

test('headers that repeat are in memory once', () => {
  const shared = new SharedHeaders(2);
  const first = shared.share({ a: '1', b: '2' });
  expect(shared.share({ b: '2', a: '1' })).toBe(first);
  shared.share({ a: '1' });
  expect(shared.share({ a: '1', b: '2' })).toBe(first);
  shared.share({ a: '3' });
  const forgotten = shared.share({ a: '1', b: '2' });
  expect(forgotten).toEqual(first);
  expect(forgotten).not.toBe(first);
});
