// @vitest-environment happy-dom
import { cleanup, renderHook } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { useFollow } from '../../../src/components/conversation/use-follow';

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const HEIGHT = 400;

/** A list of 2,000 px, read at its end. */
function reading() {
  const scroller = document.createElement('div');
  const target = scroller.appendChild(document.createElement('button'));
  let [height, top, shift] = [2_000, 0, 0];
  Object.defineProperties(scroller, {
    clientHeight: { get: () => HEIGHT },
    scrollHeight: { get: () => height },
    scrollTop: {
      get: () => top,
      set: (to: number) => {
        top = Math.max(0, Math.min(to, height - HEIGHT));
      },
    },
  });
  target.getBoundingClientRect = () => new DOMRect(0, 100 + shift - top, 50, 20);
  document.body.append(scroller);
  const { result } = renderHook(() => useFollow({ current: scroller }));
  const follow = () => result.current;
  const grow = (by: number, above = 0) => {
    height += by;
    shift += above;
    follow().onGrow();
  };
  const scroll = (by: number) => {
    scroller.scrollTop += by;
    follow().onScroll();
  };
  const press = () => {
    const event = new MouseEvent('pointerdown', { button: 0 });
    Object.defineProperty(event, 'target', { value: target });
    follow().onPress(event as PointerEvent);
  };
  const release = () => {
    window.dispatchEvent(new Event('pointerup'));
    vi.runAllTimers();
  };
  follow().onGrow();
  const end = () => height - HEIGHT;
  return { scroller, follow, grow, scroll, press, release, end };
}

test('it stays at the end of what grows', () => {
  const { scroller, grow, end } = reading();
  grow(100);
  expect(scroller.scrollTop).toBe(end());
});

test.each([1, 4])('who goes up by %d px at a time gets away, whatever is said meanwhile', (px) => {
  const { scroller, follow, grow, scroll, end } = reading();
  for (let step = 0; step < 20; step += 1) {
    scroll(-px);
    grow(30);
  }
  expect(scroller.scrollTop).toBe(end() - 20 * (30 + px));
  expect(follow().isFollowing()).toBe(false);
});

test('what is rounded goes nowhere, and many a part of a pixel do', () => {
  const { follow, scroll } = reading();
  scroll(-0.5);
  expect(follow().isFollowing()).toBe(true);
  scroll(-0.5);
  expect(follow().isFollowing()).toBe(false);
});

test('who comes near the end again is taken along', () => {
  const { scroller, grow, scroll, end } = reading();
  scroll(-300);
  scroll(200);
  grow(10);
  expect(scroller.scrollTop).not.toBe(end());
  scroll(80);
  grow(10);
  expect(scroller.scrollTop).toBe(end());
});

test('what becomes shorter is still read at its end', () => {
  const { scroller, follow, grow, end } = reading();
  grow(-500);
  scroller.scrollTop += 0;
  follow().onScroll();
  grow(100);
  expect(scroller.scrollTop).toBe(end());
});

test('what is pressed stays under the pointer, and then the end is in sight again', () => {
  vi.useFakeTimers();
  const { scroller, grow, press, release, end } = reading();
  press();
  const before = scroller.scrollTop;
  grow(100);
  expect(scroller.scrollTop).toBe(before);
  grow(60, 60);
  expect(scroller.scrollTop).toBe(before + 60);
  release();
  expect(scroller.scrollTop).toBe(end());
});

test('a text that was marked stays in sight', () => {
  vi.useFakeTimers();
  const { scroller, follow, grow, press, release } = reading();
  press();
  const before = scroller.scrollTop;
  scroller.append('some words');
  document.getSelection()?.selectAllChildren(scroller);
  release();
  grow(100);
  expect(scroller.scrollTop).toBe(before);
  expect(follow().isFollowing()).toBe(false);
  document.getSelection()?.removeAllRanges();
});
