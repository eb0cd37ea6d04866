// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { FileView } from '../../../src/components/conversation/parts/file';
import { offerOf, sizeOf } from '../../../src/components/conversation/parts/file-offer';
import { Sources } from '../../../src/components/conversation/parts/sources';
import type { FilePart } from '../../../src/shown/model';

afterEach(cleanup);

const file = (url: string, changes: Partial<FilePart> = {}): FilePart => ({
  kind: 'file',
  mediaType: 'text/plain',
  url,
  ...changes,
});
const PNG = 'data:image/png;base64,iVBORw0KGgo=';

test.each([
  [PNG, 'image'],
  ['DATA:image/JPEG;base64,AAAA', 'image'],
  ['data:text/csv,a', 'download'],
  ['https://files.example/a.pdf', 'link'],
  ['http://files.example/a.html', 'link'],
  ['data:image/svg+xml,<svg onload=alert(1)>', 'refused'],
  ['data:text/html,<script>alert(1)</script>', 'refused'],
  ['data:,x', 'refused'],
  ['data:application/xhtml+xml,x', 'refused'],
  ['javascript:alert(1)', 'refused'],
  [' java\nscript:alert(1)', 'refused'],
  ['blob:https://example.com/1', 'refused'],
  ['file:///etc/passwd', 'refused'],
  ['mailto:a@b.example', 'refused'],
  ['//evil.example/a.png', 'refused'],
  ['/relative.png', 'refused'],
  ['', 'refused'],
])('%s is offered as: %s', (url, kind) => {
  expect(offerOf(file(url, { mediaType: 'image/png' })).kind).toBe(kind);
});

test('the type that the address states counts, and not what the message says', () => {
  expect(offerOf(file('data:text/html,x', { mediaType: 'image/png' })).kind).toBe('refused');
});

test('a picture too large to look at is a download', () => {
  const offer = offerOf(file(`data:image/png;base64,${'A'.repeat(8_000_001)}`));
  expect(offer).toMatchObject({ kind: 'download', name: 'file.png' });
});

test('a download ends as its type does', () => {
  const named = (name: string) => offerOf(file('data:text/plain,x', { name }));
  expect(named('notes.txt')).toMatchObject({ name: 'notes.txt' });
  expect(named('page.html')).toMatchObject({ name: 'page.html.txt' });
  expect(named('../a/b\u202E.exe')).toMatchObject({ name: '.._a_b[U+202E].exe.txt' });
});

test('the size of what comes with the message', () => {
  expect(sizeOf('data:text/plain;base64,AAAA')).toBe(3);
  expect(sizeOf('data:text/plain,abcd')).toBe(4);
  expect(sizeOf('https://example.com')).toBeUndefined();
});

test('a picture is shown, and one that is none is a card', () => {
  render(<FileView file={file(PNG, { name: 'chart.png' })} />);
  const picture = screen.getByRole('img', { name: 'chart.png' });
  fireEvent.error(picture);
  expect(screen.queryByRole('img', { name: 'chart.png' })).toBeNull();
  expect(screen.getByText(/cannot be shown/)).toBeTruthy();
});

test('a picture elsewhere is not loaded', () => {
  const { container } = render(
    <FileView file={file('https://pictures.example/a.png', { mediaType: 'image/png' })} />,
  );
  expect(container.querySelector('img')).toBeNull();
  expect(screen.getByRole('link', { name: 'Open' }).getAttribute('rel')).toContain('noopener');
  expect(container.textContent).toContain('pictures.example');
});

test('what is refused is text', () => {
  const { container } = render(
    <FileView file={file('javascript:alert(1)', { name: 'a\u202Eb' })} />,
  );
  expect(container.querySelector('[href], [src]')).toBeNull();
  expect(container.textContent).toContain('javascript:alert(1)');
  expect(container.textContent).toContain('a[U+202E]b');
});

test('sources lead where a page may be opened', () => {
  render(
    <Sources
      sources={[
        { kind: 'source', title: 'Docs', url: 'https://docs.example/a' },
        { kind: 'source', title: 'Trap', url: 'javascript:alert(1)' },
        { kind: 'source', title: 'Handbook', fileName: 'h.pdf', mediaType: 'application/pdf' },
      ]}
    />,
  );
  expect(screen.getAllByRole('link').map((link) => link.getAttribute('href'))).toEqual([
    'https://docs.example/a',
  ]);
  expect(screen.getAllByRole('listitem').map((item) => item.textContent)).toEqual([
    'Docs docs.example',
    'Trap javascript:alert(1)',
    'Handbook h.pdf · application/pdf',
  ]);
});
