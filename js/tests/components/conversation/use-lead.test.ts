// @vitest-environment happy-dom
import { cleanup, renderHook } from '@testing-library/react';
import type { VirtualizerHandle } from 'virtua';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { rowsOf } from '../../../src/components/conversation/rows';
import { BEGINNING, useLead } from '../../../src/components/conversation/use-lead';
import { message } from '../fixtures';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['requestAnimationFrame', 'cancelAnimationFrame'] });
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const WINDOW = 300;

/** Rows of 100 px each, as far as anybody knows. */
function reading(from = 0) {
  const sizes = Array.from({ length: 20 }, () => 100);
  const scroller = document.createElement('div');
  let [window, top, heard] = [WINDOW, from, () => {}];
  Object.defineProperties(scroller, {
    clientHeight: { get: () => window },
    scrollTop: { get: () => top, set: (to: number) => (top = Math.max(0, to)) },
  });
  vi.stubGlobal(
    'ResizeObserver',
    class {
      constructor(hear: () => void) {
        heard = hear;
      }
      observe() {}
      disconnect() {
        heard = () => {};
      }
    },
  );
  const list = {
    getItemOffset: (at: number) => sizes.slice(0, at).reduce((sum, size) => sum + size, 0),
    getItemSize: (at: number) => sizes[at] ?? 0,
  };
  const rowsFrom = (first: number) =>
    rowsOf(
      sizes.map((_, at) => message(`m${first + at}`, 'user', 'words')),
      new Map(),
      [],
    );
  const { result, rerender, unmount } = renderHook(
    ({ first }) =>
      useLead({
        rows: rowsFrom(first),
        scroller: { current: scroller },
        list: { current: list as unknown as VirtualizerHandle },
      }),
    { initialProps: { first: 0 } },
  );
  const frames = (count: number) => {
    for (let at = 0; at < count; at += 1) vi.advanceTimersToNextFrame();
  };
  const show = (height: number) => {
    window = height;
    heard();
  };
  return { scroller, sizes, lead: result.current, frames, show, rerender, unmount };
}

test('a row is led to, wherever it turns out to be', () => {
  const { scroller, sizes, lead, frames } = reading();
  lead.to({ key: 'm8', align: 'start', offset: -12 });
  expect(scroller.scrollTop).toBe(BEGINNING + 800 - 12);
  frames(3);
  // The rows above are drawn and measured.
  sizes.fill(150, 5, 8);
  frames(1);
  expect(scroller.scrollTop).toBe(BEGINNING + 950 - 12);
});

test('once it has stayed where it is, whoever scrolls is not brought back', () => {
  const { scroller, sizes, lead, frames } = reading();
  lead.to({ key: 'm8', align: 'start' });
  // What comes below of it keeps nobody.
  for (let at = 0; at < 20; at += 1) {
    sizes[12] = 100 + at;
    frames(1);
  }
  scroller.scrollTop = 40;
  frames(5);
  expect(scroller.scrollTop).toBe(40);
});

test('it is let go of at once, and with what shows it', () => {
  const { scroller, lead, frames, unmount } = reading();
  for (const end of [lead.letGo, unmount]) {
    lead.to({ key: 'm8', align: 'start' });
    frames(1);
    end();
    scroller.scrollTop = 40;
    frames(5);
    expect(scroller.scrollTop).toBe(40);
  }
});

test('who is led elsewhere is led there alone', () => {
  const { scroller, lead, frames } = reading();
  lead.to({ key: 'm8', align: 'start' });
  lead.to({ key: 'm3', align: 'start' });
  frames(5);
  expect(scroller.scrollTop).toBe(BEGINNING + 300);
});

test.each([
  ['above', 1_000, 'm4', BEGINNING + 400],
  ['in sight', 1_000, 'm10', 1_000],
  ['below', 100, 'm8', BEGINNING + 900 - WINDOW],
])('a row that is %s is brought in sight', (_, from, key, top) => {
  const { scroller, lead, frames } = reading(from);
  lead.to({ key, align: 'nearest' });
  frames(5);
  expect(scroller.scrollTop).toBe(top);
});

test('one that is taller than the window is read from its beginning', () => {
  const { scroller, sizes, lead } = reading(100);
  sizes[8] = 5 * WINDOW;
  lead.to({ key: 'm8', align: 'nearest' });
  expect(scroller.scrollTop).toBe(BEGINNING + 800);
});

test('it is the row that is led to, where others come before it', () => {
  const { scroller, lead, frames, rerender } = reading();
  lead.to({ key: 'm3', align: 'start' });
  rerender({ first: -2 });
  frames(1);
  expect(scroller.scrollTop).toBe(BEGINNING + 500);
  lead.to({ key: 'gone', align: 'start' });
  frames(1);
  expect(scroller.scrollTop).toBe(BEGINNING + 500);
});

test('in a notebook behind another one it waits until it is shown', () => {
  const { scroller, lead, show, frames } = reading();
  show(0);
  lead.to({ key: 'm3', align: 'start' });
  frames(3);
  expect(scroller.scrollTop).toBe(0);
  show(WINDOW);
  expect(scroller.scrollTop).toBe(BEGINNING + 300);
});
