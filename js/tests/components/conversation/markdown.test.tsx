// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { Markdown } from '../../../src/components/conversation/markdown/markdown';
import { DOCUMENTS, HOSTILE } from './documents';

afterEach(cleanup);

const show = (text: string, isStreaming = false) =>
  render(<Markdown text={text} isStreaming={isStreaming} />).container;

const HARMLESS = new Set(
  (
    'div p h3 h4 h5 h6 strong em del code pre br hr a ul ol li blockquote input figure figcaption ' +
    'span button svg path section table thead tbody tr th td bdi'
  ).split(' '),
);

function harmIn(root: HTMLElement): string[] {
  return [...root.querySelectorAll('*')].flatMap((element) => {
    const tag = element.tagName.toLowerCase();
    const attributes = element
      .getAttributeNames()
      .filter((name) => /^(on|src|style|srcset)/.test(name));
    const href = element.getAttribute('href');
    const isBadLink = href !== null && !/^(https?:|mailto:)/.test(href);
    return HARMLESS.has(tag) && attributes.length === 0 && !isBadLink
      ? []
      : [`<${tag} ${attributes} ${href}>`];
  });
}

test.each(HOSTILE)('hostile text is shown, and does nothing: %#', (text) => {
  expect(harmIn(show(text))).toEqual([]);
  cleanup();
  expect(harmIn(show(text, true))).toEqual([]);
});

test('tags are text', () => {
  expect(show('<img src=x onerror=alert(1)> and <b>bold</b>').textContent).toBe(
    '<img src=x onerror=alert(1)> and <b>bold</b>',
  );
});

test.each(Object.entries(DOCUMENTS))('each beginning of %s can be shown', (_, text) => {
  const { container, rerender } = render(<Markdown text="" isStreaming />);
  let finished: string[] = [];
  for (let end = 1; end <= text.length; end++) {
    rerender(<Markdown text={text.slice(0, end)} isStreaming />);
    const blocks = [...(container.firstElementChild?.children ?? [])].map(
      (one) => one.textContent ?? '',
    );
    // All but the last two have an empty line behind them: they stay what they are.
    expect(blocks.slice(0, finished.length)).toEqual(finished);
    finished = blocks.slice(0, -2);
  }
});

test('what is half there is shown as it will be, for as long as it comes', () => {
  expect(show('Some **bo', true).querySelector('strong')?.textContent).toBe('bo');
  cleanup();
  expect(show('Some **bo').textContent).toBe('Some **bo');
});

test('only the last block is drawn again', () => {
  const { container, rerender } = render(<Markdown text={'One.\n\nTwo.\n\nThr'} isStreaming />);
  const before = [...container.querySelectorAll('p')];
  rerender(<Markdown text={'One.\n\nTwo.\n\nThree, and'} isStreaming />);
  const after = [...container.querySelectorAll('p')];
  expect(after.map((element) => element.textContent)).toEqual(['One.', 'Two.', 'Three, and']);
  expect(after[0]).toBe(before[0]);
  expect(after[2]).toBe(before[2]);
});

test('a link leads away in a page of its own, and says where', () => {
  show('[docs](https://example.com/a)');
  const link = screen.getByRole('link', { name: 'docs' });
  expect(link.getAttribute('rel')).toBe('noopener noreferrer nofollow');
  expect(link.getAttribute('target')).toBe('_blank');
  expect(link.title).toContain('example.com');
});

test('a link that names another host than it leads to says so', () => {
  expect(show('[https://bank.example](https://evil.example)').textContent).toContain(
    'leads to evil.example',
  );
  cleanup();
  expect(show('[https://good.example/x](https://good.example/y)').textContent).not.toContain(
    'leads to',
  );
});

test('an image is a link to it, and is not loaded', () => {
  const root = show('![A cat](https://pictures.example/cat.png)');
  expect(root.querySelector('img')).toBeNull();
  expect(screen.getByRole('link').textContent).toBe('image: A cat (pictures.example)');
});

test('an image in a link is no link of its own', () => {
  const root = show('[![A cat](https://pictures.example/cat.png)](https://example.com)');
  expect(root.querySelectorAll('a')).toHaveLength(1);
  expect(root.textContent).toBe('[image: A cat (pictures.example)]');
});

test('tables, tasks, nested lists, quotes and rules', () => {
  const root = show(`${DOCUMENTS.table}\n${DOCUMENTS.lists}\n> quoted\n\n---\n`);
  expect(root.querySelectorAll('th')[1]?.textContent).toBe('Count');
  expect(root.querySelectorAll('td')[3]?.textContent).toBe('b | c');
  expect(root.querySelector('td[data-align=right]')?.textContent).toBe('1');
  expect(screen.getAllByRole('checkbox', { name: 'Done' })).toHaveLength(1);
  expect(root.querySelector('ul ul')?.textContent).toContain('deeper');
  expect(root.querySelector('blockquote')?.textContent).toBe('quoted');
  expect(root.querySelector('hr')).not.toBeNull();
});

test.each([
  ['columns', 101, 1],
  ['cells', 20, 501],
])('a table of too many %s is shown as it was written', (_, columns, rows) => {
  const row = (cell: string) => `|${`${cell}|`.repeat(columns)}`;
  const text = [row('a'), row('-'), ...Array(rows).fill(row('b'))].join('\n');
  const root = show(text);
  expect(root.querySelector('table')).toBeNull();
  expect(root.textContent).toBe(text);
});

test('characters may be written as references', () => {
  expect(show('&lt;b&gt; &amp; &#x41;&#66; &unknown;').textContent).toBe('<b> & AB &unknown;');
});

test('code has its language, its colours, and can be copied', () => {
  const root = show('```python\nimport os  # \u202E\n```');
  expect(root.querySelector('figcaption')?.textContent).toContain('python');
  expect(root.querySelector('.ait-hl-keyword')?.textContent).toBe('import');
  expect(root.querySelector('code')?.textContent).toBe('import os  # [U+202E]');
  expect(screen.getByRole('button', { name: 'Copy the code' })).toBeTruthy();
});

test('code in a language that nobody knows is shown as it is', () => {
  expect(show('```brainfuck\n+++.<script>\n```').querySelector('code')?.textContent).toBe(
    '+++.<script>',
  );
});

test('long lines of code are wrapped when asked', () => {
  const root = show('```\nlong\n```');
  fireEvent.click(screen.getByRole('button', { name: 'Wrap long lines' }));
  expect(root.querySelector('figure')?.dataset.wrapped).toBe('true');
});

test('a very long text does not freeze, and is there when asked for', () => {
  const text = 'word '.repeat(200_000);
  const begin = performance.now();
  const root = show(text);
  expect(performance.now() - begin).toBeLessThan(3000);
  const before = root.textContent?.length ?? 0;
  expect(before).toBeLessThan(200_000);
  fireEvent.click(screen.getByRole('button', { name: /Show all/ }));
  expect(root.textContent?.length).toBeGreaterThanOrEqual(text.trim().length);
});

test('each block finds its own reading direction', () => {
  expect(show('שלום\n\nhello').querySelectorAll('p[dir=auto]')).toHaveLength(2);
});
