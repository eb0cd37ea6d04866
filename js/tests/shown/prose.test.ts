/** Markdown in the words in which it is read. */

import { expect, test } from 'vitest';
import { wordsIn } from '../../src/shown/prose';

test.each([
  ['**bold** and *italic*, ~~gone~~, ***both***', 'bold and italic, gone, both'],
  ['use `print(**kwargs)` and ``a ` b``', 'use print(**kwargs) and a ` b'],
  ['## A heading\n\n> - [a link](https://x.test "title")', 'A heading\n\na link'],
  ['1. one\n2. ![a cat](cat.png)', 'one\na cat'],
  ['| a | b |\n|---|:-:|\n| 1 | **2** |', '  a   b  \n\n  1   2  '],
  ['```python\n# no heading\n**x**\n```\n**y**', '# no heading\n**x**\ny'],
  ['- ~~~\n  *code*', '  *code*'],
])('%j reads %j', (markdown, words) => {
  expect(wordsIn(markdown)).toBe(words);
});

test.each([
  'snake_case_names, 2 * 3 * 4, a | b, #hash and 3.5',
  '<b>tags</b> are text, as are [brackets] and f(x)[0]',
  '\ttabs and a lone ` tick',
])('%j is no markdown', (text) => {
  expect(wordsIn(text).trim()).toBe(text.trim());
});

test('a backslash makes a mark a character', () => {
  expect(wordsIn(String.raw`\*not bold\* and \# no heading`)).toBe('*not bold* and # no heading');
});

test('what strangers write takes no longer than it is long', () => {
  const long = 50_000;
  const hostile = ['*', '`', '` `` ', '[', '](x "', '> ', '- ', ' ', '~~', '|', '_a', '\\'];
  const began = performance.now();
  for (const each of hostile) wordsIn(`${each.repeat(long)}x`);
  expect(performance.now() - began).toBeLessThan(5000);
});
