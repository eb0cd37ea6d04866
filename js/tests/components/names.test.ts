import { expect, test } from 'vitest';
import { initialsOf, whoIs } from '../../src/components/names';
import { visibleName, visibleText } from '../../src/components/visible';
import { AGENT, ANN, OLIVIA } from './fixtures';

test.each([
  ['admin\u202Etxt', 'admin[U+202E]txt'],
  ['a\u200Bb\uFEFF', 'a[U+200B]b[U+FEFF]'],
  ['a\u0000\u001B[31m', 'a[U+0000][U+001B][31m'],
  ['two\nlines\tand\u00A0more', 'two lines and more'],
  ['tag\u{E0041}', 'tag[U+E0041]'],
  ['hangul\u3164filler', 'hangul[U+3164]filler'],
  ['👩\u200D💻 ❤\uFE0F', '👩\u200D💻 ❤\uFE0F'],
  ['a\u200Db', 'a[U+200D]b'],
  ['אבג', 'אבג'],
])('what cannot be seen in a name is written out: %j', (name, shown) => {
  expect(visibleName(name)).toBe(shown);
});

test('a name has an end', () => {
  expect(visibleName('x'.repeat(5000))).toBe(`${'x'.repeat(80)}…`);
});

test('lines of code stay lines', () => {
  expect(visibleText('a\n\tb\u2066')).toBe('a\n\tb[U+2066]');
});

test('roles are those that tokens say', () => {
  expect(whoIs(ANN)).toMatchObject({
    name: 'ann',
    side: 'user',
    badge: 'customer',
    isVerified: true,
  });
  expect(whoIs(AGENT, 'assistant')).toMatchObject({ side: 'agent', badge: 'AI agent' });
  expect(whoIs(OLIVIA, 'assistant')).toMatchObject({ side: 'human', badge: 'operator' });
  expect(whoIs({ clientId: 'l', role: 'lead' }).side).toBe('human');
});

test('a name that only the message says is not verified', () => {
  expect(whoIs({ clientId: '', says: 'admin' })).toMatchObject({
    name: 'admin',
    isVerified: false,
  });
  const two = whoIs({ clientId: 'mallory', says: 'admin' });
  expect(two).toMatchObject({ name: 'mallory', isVerified: true, says: 'admin' });
  expect(two.hint).toContain('nobody has verified');
});

test('what a message says of its role makes nobody an operator', () => {
  expect(whoIs({ clientId: 'x', says: 'operator' }, 'assistant')).toMatchObject({
    side: 'agent',
    badge: 'assistant',
  });
});

test('claims are in the hint', () => {
  expect(whoIs(ANN).hint).toContain('plan: gold');
});

test.each([
  ['ann.meyer', 'AM', 'A'],
  ['ann', 'A', 'A'],
  ['operator-1', 'O1', 'O'],
  ['Émile Zola', 'ÉZ', 'É'],
  ['🦊', '🦊', '🦊'],
  ['', '?', '?'],
])('%s has the initials %s, or %s alone', (name, both, one) => {
  expect([initialsOf(name), initialsOf(name, 1)]).toEqual([both, one]);
});
