// @vitest-environment happy-dom
import { describe, expect, test } from 'vitest';
import { commandOf, HELP, isForNotebook, isWriting } from '../../src/components/keyboard/keys';

const pressed = (
  key: string,
  held: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey', boolean>> = {},
) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
});

describe('keys', () => {
  test('alone work only where nobody is writing', () => {
    expect(commandOf(pressed('f'), false)).toBe('full');
    expect(commandOf(pressed('f'), true)).toBeUndefined();
    expect(commandOf(pressed('?', { shiftKey: true }), false)).toBe('help');
  });

  test.each(['ctrlKey', 'metaKey'] as const)('with %s work everywhere', (held) => {
    expect(commandOf(pressed('f', { [held]: true }), true)).toBe('search');
    expect(commandOf(pressed('.', { [held]: true }), true)).toBe('stop');
    expect(commandOf(pressed('c', { [held]: true }), false)).toBeUndefined();
  });

  test('with Alt are not ours', () => {
    expect(commandOf(pressed('f', { altKey: true }), false)).toBeUndefined();
  });

  test.each(['ctrlKey', 'metaKey'] as const)(
    'with %s are the notebook’s, to save and such',
    (held) => {
      const isTheirs = (key: string, more = {}) =>
        isForNotebook(pressed(key, { [held]: true, ...more }));
      expect(['s', 'S', 'b'].map((key) => isTheirs(key))).toEqual([true, true, true]);
      // The commands, and its own window to save as.
      expect(['C', 'S'].map((key) => isTheirs(key, { shiftKey: true }))).toEqual([true, true]);
    },
  );

  test('that edit a text, act on cells, or are ours never get to the notebook', () => {
    for (const key of ['a', 'c', 'v', 'x', 'y', 'z', 'f', 'm', '.', 'Enter', 'Backspace', '-']) {
      expect(isForNotebook(pressed(key, { ctrlKey: true })), key).toBe(false);
    }
    for (const key of ['Z', 'V', 'M', '-', 'ArrowUp', 'ArrowDown', 'ArrowLeft']) {
      expect(isForNotebook(pressed(key, { ctrlKey: true, shiftKey: true })), key).toBe(false);
    }
    // Without Ctrl it is a letter, and with Ctrl and Alt it is one on many keyboards.
    expect(isForNotebook(pressed('s'))).toBe(false);
    expect(isForNotebook(pressed('s', { altKey: true }))).toBe(false);
    expect(isForNotebook(pressed('s', { altKey: true, ctrlKey: true }))).toBe(false);
  });

  test('a field is written in, a button is not', () => {
    const made = (html: string) => {
      document.body.innerHTML = html;
      return document.body.firstElementChild;
    };
    expect(isWriting(made('<textarea></textarea>'))).toBe(true);
    expect(isWriting(made('<input type="text">'))).toBe(true);
    expect(isWriting(made('<input type="checkbox">'))).toBe(false);
    expect(isWriting(made('<button></button>'))).toBe(false);
  });

  test('that do something are in the help', () => {
    const told = new Set(HELP.flatMap(({ keys }) => keys.map(([combination]) => combination)));
    for (const key of ['c', 'm', '/', 't', 'f', '.', '?', 'Escape', 'Ctrl F', 'Ctrl .']) {
      expect(told).toContain(key);
    }
  });
});
