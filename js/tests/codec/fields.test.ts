/** Values as headers: what is read of anything. */

import { describe, expect, test } from 'vitest';
import {
  choice,
  type Field,
  flag,
  fromJson,
  pick,
  readFields,
  structured,
  text,
} from '../../src/codec/fields';

const TEXT = text('key');
const NAMED = text('key', 'nobody');
const FLAG = flag('key');
const APPROVED = flag('key', false);
const META = structured('key');
const WORD = choice('key', ['stop', 'length'], 'stop');

test.each<[Field, string | undefined, unknown]>([
  [TEXT, 'a', 'a'],
  [TEXT, '', ''],
  [TEXT, undefined, undefined],
  [NAMED, '', ''],
  [NAMED, undefined, 'nobody'],
  [FLAG, 'true', true],
  [FLAG, 'false', false],
  [FLAG, 'yes', false],
  [FLAG, '', false],
  [FLAG, undefined, undefined],
  [APPROVED, undefined, false],
  [META, '{"a": 1}', { a: 1 }],
  [META, 'null', undefined],
  [META, '{', undefined],
  [META, '', undefined],
  [META, 'NaN', undefined],
  [META, '1e999', undefined],
  [META, undefined, undefined],
  [META.orElse(0), 'x', 0],
  [WORD, 'length', 'length'],
  [WORD, 'else', 'stop'],
  [WORD, undefined, 'stop'],
])('%# what is read of %s', (field, raw, value) => {
  const headers: Record<string, string> = raw === undefined ? {} : { key: raw };
  expect(field.read(headers)).toEqual(value);
  expect(readFields([field], headers)).toEqual(value === undefined ? {} : { key: value });
});

describe('JSON', () => {
  test.each(['NaN', '[Infinity]', '-Infinity', '1e999', '[{"a": -1e999}]', '01', "'a'", '1 2', ''])(
    '%s is not read',
    (raw) => {
      expect(fromJson(raw)).toBeUndefined();
    },
  );

  test.each(['null', '0', '1e100', '"1e999"', '[1.5, {"a": []}]'])('%s is read', (raw) => {
    expect(fromJson(raw)).toEqual({ value: JSON.parse(raw) });
  });

  test('what nobody can follow is not read', () => {
    const nested = (depth: number) => fromJson('['.repeat(depth) + ']'.repeat(depth));
    expect(nested(800)).toBeDefined();
    expect(nested(2000)).toBeUndefined();
    expect(nested(200_000)).toBeUndefined();
    expect(fromJson(`[${'0,'.repeat(9000)}0]`)).toBeDefined();
  });

  test('a number of more digits than can be told is not read', () => {
    expect(fromJson('9'.repeat(300))).toBeDefined();
    expect(fromJson('9'.repeat(400))).toBeUndefined();
  });
});

test('pick takes what an object has of its own', () => {
  expect(pick({ a: null, b: 1 }, 'a', 'c')).toEqual({ a: null });
  expect(pick({}, 'toString')).toEqual({});
  for (const other of ['a', ['a'], null, undefined, 5]) expect(pick(other, 'length')).toEqual({});
});
