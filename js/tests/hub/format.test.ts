import { expect, test } from 'vitest';
import { counted, sizeText } from '../../src/components/format';
import { clip, clockText, dataKind, dataSize, dataText } from '../../src/hub/format';

test('data is shown as what it is', () => {
  expect([dataKind(undefined), dataText(undefined)]).toEqual(['none', '']);
  expect([dataKind('<b>'), dataText('<b>')]).toEqual(['text', '<b>']);
  expect([dataKind({ a: 1 }), dataText({ a: 1 })]).toEqual(['json', '{\n  "a": 1\n}']);
  const bytes = new Uint8Array([0, 255]).buffer;
  expect([dataKind(bytes), dataText(bytes)]).toEqual(['binary', '00 ff']);
});

test('long binary data is cut', () => {
  expect(dataText(new Uint8Array(513))).toMatch(/00 \.\.\.$/);
});

test('sizes count bytes, not characters', () => {
  expect(dataSize('é')).toBe(2);
  expect(dataSize({ a: 'é' })).toBe(10);
  expect(dataSize(new Uint8Array(3))).toBe(3);
  expect(dataSize(null)).toBe(0);
  expect([999, 1_500, 2_000_000].map(sizeText)).toEqual(['999 B', '1.5 kB', '2.0 MB']);
});

test('a cut never halves a character', () => {
  expect(clip('ab', 2)).toEqual({ text: 'ab', hidden: 0 });
  expect(clip('abc', 2)).toEqual({ text: 'ab', hidden: 1 });
  expect(clip('a😀b', 2)).toEqual({ text: 'a', hidden: 3 });
});

test('words agree with numbers', () => {
  expect([counted(1, 'channel'), counted(1_200, 'channel')]).toEqual([
    '1 channel',
    '1,200 channels',
  ]);
});

test('a time of another day says which day', () => {
  const time = Date.parse('2026-01-02T03:04:05');
  expect(clockText(time, time + 1)).toBe('03:04:05');
  expect(clockText(time, time + 86_400_000)).toBe('2026-01-02 03:04:05');
  expect(clockText(0, time)).toBe('');
});
