// @vitest-environment happy-dom
import { expect, test } from 'vitest';
import { heirOf, heldIn, isLost } from '../../../src/components/conversation/held-focus';
import { type Row, rowsOf } from '../../../src/components/conversation/rows';
import { message, talk } from '../fixtures';

const rows = (...ids: readonly string[]): readonly Row[] => {
  const { messages, runs, openRuns } = talk(ids.map((id) => message(id, 'user', id)));
  return rowsOf(messages, runs, openRuns);
};

test('another version takes the place of a message', () => {
  const before = rows('a', 'b', 'c');
  expect(heirOf('b', before, rows('a', 'x', 'c'))?.key).toBe('x');
  expect(heirOf('b', before, rows('older', 'a', 'b', 'c'))?.key).toBe('b');
  expect(heirOf('c', before, rows('a'))?.key).toBe('a');
  expect(heirOf('c', before, [])).toBeUndefined();
  expect(heirOf('elsewhere', before, rows('a'))).toBeUndefined();
});

test('the focus is lost with what had it, unless something else has it by then', () => {
  document.body.innerHTML = `
    <div id="list"><article data-row="a" tabindex="-1"><button data-control="Edit">e</button></article></div>
    <button id="other">o</button>`;
  const list = document.querySelector<HTMLElement>('#list');
  const edit = document.querySelector<HTMLElement>('[data-control]');
  expect(heldIn(list)).toBeUndefined();
  edit?.focus();
  const held = heldIn(list);
  expect(held).toEqual({ element: edit, key: 'a', control: 'Edit' });
  if (!held) return;
  expect(isLost(held)).toBe(false);
  edit?.blur();
  edit?.remove();
  expect(isLost(held)).toBe(true);
  document.querySelector<HTMLElement>('#other')?.focus();
  expect(isLost(held)).toBe(false);
});
