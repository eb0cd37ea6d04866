// @vitest-environment happy-dom
import { cleanup, render } from '@testing-library/react';
import { useRef } from 'react';
import type { VirtualizerHandle } from 'virtua';
import { afterEach, expect, test } from 'vitest';
import { rowsOf } from '../../../src/components/conversation/rows';
import { firstHarmless, useWalk, type Walk } from '../../../src/components/conversation/use-walk';
import { message } from '../fixtures';

afterEach(cleanup);

const ROWS = rowsOf([message('a', 'user', 'a'), message('b', 'user', 'b')], new Map(), []);
const toEnd = () => {};
const LEAD = { to: () => {}, letGo: () => {} };

function List({ hasOlder, tell }: { hasOlder: boolean; tell?: (walk: Walk) => void }) {
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  const walk = useWalk({ scroller, list, rows: ROWS, lead: LEAD, toEnd });
  tell?.(walk);
  return (
    <div ref={scroller} id="list" tabIndex={-1}>
      {hasOlder ? <button type="button" id="older" /> : null}
      {ROWS.map(({ key }) => (
        <article key={key} data-row={key} id={key} tabIndex={-1} />
      ))}
    </div>
  );
}

const focused = () => document.activeElement?.id;

test('the focus stays in the conversation when what loads older messages goes away', () => {
  const { rerender } = render(<List hasOlder />);
  document.getElementById('older')?.focus();
  rerender(<List hasOlder={false} />);
  expect(focused()).toBe('list');
});

test('a message can be given the focus', () => {
  const walks: Walk[] = [];
  const { rerender } = render(<List hasOlder={false} tell={(walk) => walks.push(walk)} />);
  walks.at(-1)?.hold('b');
  rerender(<List hasOlder={false} tell={(walk) => walks.push(walk)} />);
  expect([focused(), walks.at(-1)?.current]).toEqual(['b', 'b']);
});

test.each([
  [
    '<span data-tools><button id="copy"></button><button id="again" data-acts></button></span>',
    'copy',
  ],
  [
    '<button id="fold"></button><span data-tools><button id="again" data-acts></button></span>',
    'fold',
  ],
  ['<button id="stop" data-acts></button><button id="steer"></button>', 'steer'],
  ['<button id="again" data-acts></button>', undefined],
  [
    '<span data-tools><button id="copy"></button></span>' +
      '<section><button id="head"></button><div class="ait-ask"><button></button></div></section>',
    'head',
  ],
])('one enters a message where nothing is done at once: %s', (html, id) => {
  const row = document.createElement('article');
  row.innerHTML = html;
  expect(firstHarmless(row)?.id).toBe(id);
});
