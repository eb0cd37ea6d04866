// @vitest-environment happy-dom
import { renderHook } from '@testing-library/react';
import type { VirtualizerHandle } from 'virtua';
import { expect, test, vi } from 'vitest';
import { type Row, rowsOf } from '../../../src/components/conversation/rows';
import { BEGINNING, type Lead } from '../../../src/components/conversation/use-lead';
import { usePlace } from '../../../src/components/conversation/use-place';
import { newMemory, type Place } from '../../../src/components/memory';
import type { HistoryState } from '../../../src/session/model';
import { history, message } from '../fixtures';

const HEIGHT = 100;

function rowsFrom(first: number, last: number): readonly Row[] {
  const said = Array.from({ length: last - first + 1 }, (_, at) =>
    message(`m${first + at}`, 'user', 'words'),
  );
  return rowsOf(said, new Map(), []);
}

/** As a list of rows of one height. */
const LIST = {
  findItemIndex: (offset: number) => Math.floor((offset - BEGINNING) / HEIGHT),
  getItemOffset: (at: number) => at * HEIGHT,
};

interface Given {
  readonly rows?: readonly Row[];
  readonly history?: HistoryState;
}

function reading(place?: Place, given: Given = {}) {
  const memory = { ...newMemory(), place };
  const scroller = document.createElement('div');
  Object.defineProperty(scroller, 'clientHeight', { value: 300, configurable: true });
  let follows = true;
  const follow = {
    isFollowing: () => follows,
    letGo: vi.fn(() => {
      follows = false;
    }),
  };
  const loadOlder = vi.fn();
  let led: readonly Row[] = [];
  const lead = {
    to: vi.fn<Lead['to']>(({ key, offset = 0 }) => {
      scroller.scrollTop = BEGINNING + led.findIndex((row) => row.key === key) * HEIGHT + offset;
    }),
    letGo: vi.fn(),
  };
  const ground = ({ rows = rowsFrom(1, 9), history: told = history() }: Given) => {
    led = rows;
    return {
      ...{ memory, rows, history: told, follow, lead, loadOlder },
      scroller: { current: scroller },
      list: { current: LIST as unknown as VirtualizerHandle },
    };
  };
  const { result, rerender } = renderHook((props: Given) => usePlace(ground(props)), {
    initialProps: given,
  });
  const scrollTo = (offset: number, isAtEnd = false) => {
    scroller.scrollTop = offset;
    follows = isAtEnd;
    result.current.onScroll();
  };
  return { memory, scroller, lead, follow, loadOlder, placing: result.current, rerender, scrollTo };
}

const PLACE: Place = { key: 'm4', offset: 30, read: 10 };

test('where one reads is the row at the top, and how much of it is above', () => {
  const { memory, scrollTo } = reading();
  scrollTo(BEGINNING + 330);
  expect(memory.place).toEqual(PLACE);
  scrollTo(BEGINNING + 600, true);
  expect(memory.place).toBeUndefined();
});

test('a list that is hidden is nowhere', () => {
  const { memory, scroller, scrollTo } = reading();
  scrollTo(BEGINNING + 330);
  Object.defineProperty(scroller, 'clientHeight', { value: 0 });
  scrollTo(0);
  expect(memory.place).toEqual(PLACE);
});

test('drawn anew it goes back there, and remembers no place on the way', () => {
  const { memory, scroller, follow, placing } = reading(PLACE);
  expect(scroller.scrollTop).toBe(BEGINNING + 330);
  expect(follow.letGo).toHaveBeenCalled();
  expect(placing.isGoingBack()).toBe(true);
  scroller.scrollTop = 12;
  placing.onScroll();
  expect(memory.place).toEqual(PLACE);
  placing.onScrollEnd();
  expect(scroller.scrollTop).toBe(BEGINNING + 330);
  expect(placing.isGoingBack()).toBe(true);
  placing.onScrollEnd();
  expect(placing.isGoingBack()).toBe(false);
});

test('a reader who goes elsewhere meanwhile is not led back', () => {
  const { memory, scroller, lead, placing, scrollTo } = reading(PLACE);
  placing.letGo();
  expect(lead.letGo).toHaveBeenCalled();
  scrollTo(BEGINNING + 120);
  placing.onScrollEnd();
  expect(scroller.scrollTop).toBe(BEGINNING + 120);
  expect(memory.place).toMatchObject({ key: 'm2', offset: 20 });
});

test('who was at the end is led nowhere', () => {
  const { lead, placing } = reading();
  expect(lead.to).not.toHaveBeenCalled();
  expect(placing.isGoingBack()).toBe(false);
});

test('it reads back as far as was read before, and goes to the place once it is there', () => {
  const older = history({ hasOlder: true, read: 5 });
  const { scroller, loadOlder, follow, rerender } = reading(PLACE, {
    rows: rowsFrom(7, 9),
    history: older,
  });
  expect(loadOlder).toHaveBeenCalledTimes(1);
  rerender({ rows: rowsFrom(7, 9), history: { ...older, isLoadingOlder: true } });
  expect(loadOlder).toHaveBeenCalledTimes(1);
  expect(follow.letGo).not.toHaveBeenCalled();
  rerender({ rows: rowsFrom(2, 9), history: { ...older, read: 10 } });
  expect(loadOlder).toHaveBeenCalledTimes(1);
  expect(scroller.scrollTop).toBe(BEGINNING + 230);
});

test.each([
  ['it was read that far', history({ hasOlder: true, read: 10 })],
  ['there is nothing older', history({ hasOlder: false, read: 5 })],
  ['that fails', history({ hasOlder: true, read: 5, problem: { message: 'no' } })],
])('a place that is gone is given up where %s', (_, told) => {
  const { loadOlder, lead, placing } = reading(PLACE, { rows: rowsFrom(7, 9), history: told });
  expect(loadOlder).not.toHaveBeenCalled();
  expect(lead.to).not.toHaveBeenCalled();
  expect(placing.isGoingBack()).toBe(false);
});
