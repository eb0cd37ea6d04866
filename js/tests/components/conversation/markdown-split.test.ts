import { expect, test } from 'vitest';
import { mend } from '../../../src/components/conversation/markdown/mend';
import { lex, type Split, split } from '../../../src/components/conversation/markdown/split';
import { DOCUMENTS, HOSTILE } from './documents';

const ALL = [...Object.values(DOCUMENTS), Object.values(DOCUMENTS).join('\n'), ...HOSTILE];

const shown = (whole: Split) => whole.blocks.map(({ key, type, raw }) => [key, type, raw]);

test.each(ALL)('a text that grows is split as one that came whole: %#', (text) => {
  const step = Math.max(1, Math.floor(text.length / 60));
  let grown: Split | undefined;
  for (let end = 0; end <= text.length; end += step) {
    grown = split(text.slice(0, end), grown);
    expect(shown(grown)).toEqual(shown(split(text.slice(0, end))));
  }
});

test('of a text that grows, the blocks before the last are read once', () => {
  const first = split('One.\n\nTwo.\n\nThr');
  const next = split('One.\n\nTwo.\n\nThree.', first);
  expect(next.blocks.slice(0, 4)).toEqual(first.blocks.slice(0, 4));
  expect(next.blocks[0]).toBe(first.blocks[0]);
});

test.each(HOSTILE)('hostile text is parsed in little time: %#', (text) => {
  const begin = performance.now();
  for (const { raw } of split(text).blocks) {
    lex(raw, {});
    lex(mend(raw), {});
  }
  expect(performance.now() - begin).toBeLessThan(1500);
});

test('nesting has an end, and code is left as it is', () => {
  const quotes = '> '.repeat(30);
  expect(split(`${quotes}a`).blocks[0]?.raw).toBe(`${'> '.repeat(8)}\\${'> '.repeat(22)}a`);
  const code = `\`\`\`\n${quotes}a\n${' '.repeat(40)}- b\n\`\`\``;
  expect(split(code).blocks[0]?.raw).toBe(code);
  const rule = `${'- '.repeat(30)}-`;
  expect(split(rule).blocks[0]).toMatchObject({ type: 'hr', raw: rule });
});

test('a link by the name of what every object has is no link', () => {
  const [paragraph] = lex('[constructor] [toString]', {});
  expect(JSON.stringify(paragraph)).not.toContain('"link"');
});

test.each([
  ['Some **bo', 'Some **bo**'],
  ['Some **bold *and it', 'Some **bold *and it***'],
  ['Some **bold*', 'Some **bold**'],
  ['Some **', 'Some '],
  ['run `ls', 'run `ls`'],
  ['see [the doc](https://exa', 'see the doc'],
  ['see [the doc', 'see the doc'],
  ['![a picture](https://exa', ''],
  ['5*3 is 15 and a_b', '5*3 is 15 and a_b'],
  ['Title\n--', 'Title'],
  ['- one\n- [', '- one'],
  ['| a | b', '| a | b\n|---|---|'],
  ['| a | b |\n|:-', '| a | b |\n|:-|---|'],
  ['```py\nx = 1\n``', '```py\nx = 1'],
  ['```py\nx = **1', '```py\nx = **1'],
  ['# **Head', '# **Head**'],
  ['done **already** and', 'done **already** and'],
])('what is half there looks as it will: %j', (half, whole) => {
  expect(mend(half)).toBe(whole);
});
