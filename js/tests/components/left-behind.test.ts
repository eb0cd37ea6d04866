import { expect, test } from 'vitest';
import { type Page, Remembering } from '../../src/components/left-behind';

function consoles() {
  const page: Page = {};
  const made = (kind = 'talk:1', cell = '') => new Remembering(kind, cell, page);
  return made;
}

test('the widget of a cell that ran again goes on with what was left, and nobody after it', () => {
  const made = consoles();
  const first = made();
  first.begin().draft = 'half a sent';
  first.end();
  const [second, third] = [made(), made()];
  expect(second.begin().draft).toBe('half a sent');
  expect(third.begin().draft).toBe('');
});

test('who is still shown leaves nothing, in however many views', () => {
  const made = consoles();
  const first = made();
  const memory = first.begin();
  memory.draft = 'mine';
  expect(first.begin()).toBe(memory);
  first.end();
  expect(made().begin().draft).toBe('');
  first.end();
  expect(made().begin()).toBe(memory);
});

test('who is shown again has what is their own, whoever left something later', () => {
  const made = consoles();
  const [first, second] = [made(), made()];
  const [own, other] = [first.begin(), second.begin()];
  first.end();
  second.end();
  expect(first.begin()).toBe(own);
  expect(second.begin()).toBe(other);
});

test('what another has taken meanwhile stays with it', () => {
  const made = consoles();
  const first = made();
  const memory = first.begin();
  first.end();
  const second = made();
  expect(second.begin()).toBe(memory);
  expect(first.begin()).not.toBe(memory);
  first.end();
  expect(made().begin()).not.toBe(memory);
});

test('of what was left together each takes in the order in which it was left', () => {
  const made = consoles();
  const before = [made(), made(), made()];
  const memories = before.map((each) => each.begin());
  for (const each of before) each.end();
  const after = [made(), made(), made()];
  expect(after.map((each) => memories.indexOf(each.begin()))).toEqual([0, 1, 2]);
});

test('a cell that runs again has its own, whatever was left before by others', () => {
  const made = consoles();
  const [gone, kept] = [made('talk:1', 'c1'), made('talk:1', 'c2')];
  const [old, own] = [gone.begin(), kept.begin()];
  gone.end();
  kept.end();
  expect(made('talk:1', 'c2').begin()).toBe(own);
  // And what its cell has no use for any more is there for another.
  expect(made('talk:1', 'c3').begin()).toBe(old);
});

test('another session is begun with nothing', () => {
  const made = consoles();
  const first = made();
  first.begin().draft = 'only here';
  first.end();
  expect(made('talk:2').begin().draft).toBe('');
});

test('the next widget has the code as another module, and the page in common', () => {
  const first = new Remembering('talk:page', '');
  const memory = first.begin();
  first.end();
  const key = Object.getOwnPropertySymbols(globalThis).find((each) =>
    each.description?.startsWith('aitransport-notebook'),
  );
  expect(key && Symbol.keyFor(key)).toBeDefined();
  expect(new Remembering('talk:page', '').begin()).toBe(memory);
});
