import { expect, test } from 'vitest';
import { clip, clockText, counted, durationText, runningText } from '../../src/components/format';

const TIMES = [-5, 400, 12_600, 59_700, 60_000, 192_000, 3_600_000, 3_720_000];

test('how long something took is said in the largest two units', () => {
  expect(TIMES.map(durationText)).toEqual([
    '0.0 s',
    '0.4 s',
    '13 s',
    '1 min',
    '1 min',
    '3 min 12 s',
    '1 h',
    '1 h 2 min',
  ]);
});

test('what still goes on is said in whole units that are over', () => {
  expect(TIMES.map(runningText)).toEqual([
    '0 s',
    '0 s',
    '12 s',
    '59 s',
    '1 min',
    '3 min 12 s',
    '1 h',
    '1 h 2 min',
  ]);
});

test('a time is of today, or has its day', () => {
  const at = new Date(2026, 2, 3, 9, 5).getTime();
  const later = (days: number) => clockText(at, at + days * 86_400_000);
  expect([later(0), later(1), later(365)]).toEqual(['09:05', 'Mar 3, 09:05', 'Mar 3 2026, 09:05']);
});

test('what is counted is one or many', () => {
  expect([counted(1, 'Run'), counted(1_234, 'Run'), counted(2, 'match', 'matches')]).toEqual([
    '1 Run',
    '1,234 Runs',
    '2 matches',
  ]);
});

test('no half of a character is left where a text is cut', () => {
  expect([clip('ab', 2), clip('abc', 2), clip('a🦊', 2)]).toEqual(['ab', 'ab', 'a']);
});
