import { expect, test } from 'vitest';
import { kept, keptList } from '../../src/shown/kept';

test('what equals what was before is what was before', () => {
  const before = { a: [1, { b: 'c' }], d: undefined };
  expect(kept(before, { a: [1, { b: 'c' }], d: undefined })).toBe(before);
});

test('what changed is new, and the rest of it is kept', () => {
  const before = { same: { x: 1 }, list: [{ y: 1 }, { y: 2 }] };
  const after = kept(before, { same: { x: 1 }, list: [{ y: 1 }, { y: 3 }] });
  expect(after).not.toBe(before);
  expect(after).toEqual({ same: { x: 1 }, list: [{ y: 1 }, { y: 3 }] });
  expect(after.same).toBe(before.same);
  expect(after.list[0]).toBe(before.list[0]);
});

test('what is gone, or was not there, is a change', () => {
  const before = { a: 1, b: undefined };
  expect(kept<object>(before, { a: 1 })).toEqual({ a: 1 });
  expect(kept<object>(before, { a: 1 })).not.toBe(before);
  expect(kept<object>({ a: 1 }, { c: undefined })).toHaveProperty('c');
  expect(kept<object>([], {})).toEqual({});
});

test('no depth and no name is too much', () => {
  const nested = (depth: number): unknown => {
    let value: unknown = 1;
    for (let at = 0; at < depth; at += 1) value = [value];
    return value;
  };
  expect(() => kept(nested(100_000), nested(100_000))).not.toThrow();
  const named = JSON.parse('{"__proto__": {"x": 1}, "y": 2}');
  expect(Object.keys(kept(JSON.parse('{"__proto__": {"x": 2}, "y": 2}'), named))).toEqual([
    '__proto__',
    'y',
  ]);
});

test('a list of the very same members is the same list', () => {
  const [one, two] = [{}, {}];
  const before = [one, two];
  expect(keptList(before, [one, two])).toBe(before);
  expect(keptList(before, [two, one])).toEqual([two, one]);
});
