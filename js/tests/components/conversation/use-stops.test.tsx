// @vitest-environment happy-dom
import { cleanup, render, waitFor } from '@testing-library/react';
import { useRef } from 'react';
import { afterEach, expect, test } from 'vitest';
import { useStops } from '../../../src/components/conversation/use-stops';

afterEach(cleanup);

function List({ rows, more }: { rows: readonly string[]; more?: boolean }) {
  const scroller = useRef<HTMLDivElement>(null);
  useStops(scroller);
  return (
    <div ref={scroller} data-testid="list">
      <button type="button" id="older" />
      {rows.map((key) => (
        <article key={key} data-row={key} id={key} tabIndex={-1}>
          <button type="button" id={`${key}-copy`} />
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: as what scrolls has it */}
          <pre id={`${key}-code`} tabIndex={0} />
          <div className="ait-ask">
            <button type="button" id={`${key}-approve`} />
          </div>
          {more ? (
            <p>
              <a href="#x" id={`${key}-link`}>
                x
              </a>
            </p>
          ) : null}
        </article>
      ))}
      <button type="button" id="after" />
    </div>
  );
}

/** What the tab key stops at, in the order of the document. */
const stops = () =>
  [...document.querySelectorAll<HTMLElement>('button, a, pre')]
    .filter(({ tabIndex }) => tabIndex >= 0)
    .map(({ id }) => id);
const focus = (id: string) => document.getElementById(id)?.focus();

const CLOSED = ['older', 'a-approve', 'b-approve', 'after'];

test('only what waits for a word is a stop, in messages that do not have the focus', () => {
  render(<List rows={['a', 'b']} />);
  expect(stops()).toEqual(CLOSED);
});

test('all in the message that has the focus is a stop, as it was before', () => {
  render(<List rows={['a', 'b']} />);
  focus('a');
  expect(stops()).toEqual(['older', 'a-copy', 'a-code', 'a-approve', 'b-approve', 'after']);
  focus('a-copy');
  expect(stops()).toContain('a-code');
  focus('b');
  expect(stops()).toEqual(['older', 'a-approve', 'b-copy', 'b-code', 'b-approve', 'after']);
  expect(document.getElementById('b-copy')?.hasAttribute('tabindex')).toBe(false);
  focus('after');
  expect(stops()).toEqual(CLOSED);
});

test('what comes later is no stop either, unless its message has the focus', async () => {
  const { rerender } = render(<List rows={['a']} />);
  focus('a');
  rerender(<List rows={['a', 'b']} more />);
  await waitFor(() =>
    expect(stops()).toEqual([
      ...['older', 'a-copy', 'a-code', 'a-approve', 'a-link'],
      ...['b-approve', 'after'],
    ]),
  );
});
