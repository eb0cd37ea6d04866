/** Which key does what, in one table for the handler and for the help. */

export type Command =
  | 'search'
  | 'tree'
  | 'full'
  | 'help'
  | 'write'
  | 'stop'
  | 'conversation'
  | 'leave';

export interface Pressed {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/** Keys that work where nobody is writing. */
const SINGLE: Readonly<Record<string, Command>> = {
  '/': 'search',
  t: 'tree',
  f: 'full',
  '?': 'help',
  c: 'write',
  m: 'conversation',
  '.': 'stop',
  Escape: 'leave',
};

/** Keys that work with Ctrl, or Cmd on a Mac, everywhere in the console. */
const HELD: Readonly<Record<string, Command>> = { f: 'search', '.': 'stop' };

export function commandOf(pressed: Pressed, isWriting: boolean): Command | undefined {
  if (pressed.altKey) return undefined;
  if (pressed.ctrlKey || pressed.metaKey) return pressed.shiftKey ? undefined : HELD[pressed.key];
  return isWriting ? undefined : SINGLE[pressed.key];
}

/** Whether what has the focus takes letters for itself. */
export function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.matches('textarea, select, input:not([type=checkbox], [type=radio], [type=button])') ||
    target.isContentEditable
  );
}

/** Letters that with Ctrl or Cmd edit a text, are ours, or act on the notebook's cells; and with Shift too. */
const KEPT = new Set('acfmvxyz');
const KEPT_WITH_SHIFT = new Set('mvz');

/** What the notebook keeps for itself wherever one is: to save, its panels, its commands. */
export function isForNotebook(pressed: Pressed): boolean {
  if (pressed.altKey || pressed.ctrlKey === pressed.metaKey) return false;
  const letter = pressed.key.toLowerCase();
  return /^[a-z]$/.test(letter) && !(pressed.shiftKey ? KEPT_WITH_SHIFT : KEPT).has(letter);
}

export interface Help {
  readonly title: string;
  readonly keys: readonly (readonly [keys: string, does: string])[];
}

export const HELP: readonly Help[] = [
  {
    title: 'Anywhere in the console',
    keys: [
      ['Ctrl F', 'search'],
      ['Ctrl .', 'stop the Run in sight'],
      ['Tab', 'the next part'],
    ],
  },
  {
    title: 'Where you are not writing',
    keys: [
      ['c', 'write'],
      ['m', 'the messages'],
      ['/', 'search'],
      ['t', 'the branch tree; there, put it away'],
      ['f', 'full window, and back'],
      ['.', 'stop the Run in sight'],
      ['?', 'this list'],
      ['Escape', 'close what is open'],
    ],
  },
  {
    title: 'Writing',
    keys: [
      ['Enter', 'send'],
      ['Shift Enter', 'a new line'],
      ['Alt 1 2 3', 'steer, redirect, new message'],
      ['Escape', 'leave the field; your words stay'],
    ],
  },
  {
    title: 'In the messages',
    keys: [
      ['↑ ↓', 'the message before, the next'],
      ['Enter', 'into it, to what it offers'],
      ['Tab', 'in it from one to the next, and out of it'],
      ['Escape', 'back to the message'],
      ['Home End', 'the first, the newest'],
    ],
  },
  {
    title: 'In the branch tree',
    keys: [
      ['↑ ↓', 'parent, child'],
      ['← →', 'the next to the left, to the right'],
      ['Home End', 'the beginning, the tip'],
      ['Enter', 'show this branch'],
      ['+ − 0', 'zoom in, out, show all'],
      ['Shift arrows', 'move the picture'],
    ],
  },
];
