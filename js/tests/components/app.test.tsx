// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { App } from '../../src/components/app';
import { Boundary } from '../../src/components/boundary';
import { type Memory, newMemory } from '../../src/components/memory';
import type { ConsoleState } from '../../src/session/model';
import { AGENT, ANN, node, OLIVIA, run, stateOf } from './fixtures';
import { TestStore } from './test-store';

let width = 1_000;
let height = 500;
/** Has everything measured anew. */
let measure: (() => void)[] = [];

beforeEach(() => {
  width = 1_000;
  height = 500;
  measure = [];
  vi.stubGlobal(
    'ResizeObserver',
    class {
      readonly #tell: ResizeObserverCallback;
      constructor(tell: ResizeObserverCallback) {
        this.#tell = tell;
      }
      observe(target: Element) {
        const tell = () => {
          const contentRect = { width, height } as DOMRectReadOnly;
          this.#tell(
            [{ target, contentRect } as ResizeObserverEntry],
            this as unknown as ResizeObserver,
          );
        };
        measure.push(tell);
        tell();
      }
      unobserve() {}
      disconnect() {}
    },
  );
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function app(state: Partial<ConsoleState> = {}) {
  const store = new TestStore(stateOf(state));
  const { container } = render(<App store={store} memory={newMemory()} theme="light" />);
  const frame = container.querySelector<HTMLElement>('.ait-frame');
  if (!frame) throw new Error('no frame');
  const press = (key: string, more: object = {}) => fireEvent.keyDown(frame, { key, ...more });
  return { store, container, frame, press };
}

describe('keys while nothing has the focus', () => {
  test.each([
    ['page', 1],
    ['cell', 0],
  ] as const)('on a %s', (place, heard) => {
    const store = new TestStore(stateOf());
    render(<App store={store} memory={newMemory()} theme="light" place={place} />);
    fireEvent.keyDown(document.body, { key: '?' });
    expect(screen.queryAllByRole('dialog')).toHaveLength(heard);
  });
});

describe('the panes', () => {
  test('stand side by side where there is room', () => {
    app();
    expect(screen.queryByRole('tablist')).toBeNull();
    expect(screen.getByLabelText('Branch tree', { selector: 'section' })).toBeTruthy();
    expect(screen.getByLabelText('Width of the branch tree')).toBeTruthy();
  });

  test('take turns where it is narrow, and both stay', () => {
    width = 480;
    const { container } = app();
    const [conversation, branches] = screen.getAllByRole('tab');
    expect(conversation?.getAttribute('aria-selected')).toBe('true');
    fireEvent.click(branches as HTMLElement);
    expect(branches?.getAttribute('aria-selected')).toBe('true');
    const hidden = container.querySelector('[data-hidden]');
    expect(hidden?.querySelector('textarea')).toBeTruthy();
  });

  test('stay as they are while a notebook has them in a tab behind another one', () => {
    const { container } = app();
    const field = screen.getByRole('textbox');
    [width, height] = [0, 0];
    act(() => {
      for (const tell of measure) tell();
    });
    expect(screen.queryByRole('tablist')).toBeNull();
    expect(container.contains(field)).toBe(true);
  });

  test('the tree can be put away, and its width set by keys', () => {
    const { press } = app();
    const splitter = screen.getByLabelText('Width of the branch tree');
    fireEvent.keyDown(splitter, { key: 'ArrowLeft' });
    expect(splitter.getAttribute('aria-valuenow')).toBe('316');
    fireEvent.keyDown(splitter, { key: 'ArrowRight', shiftKey: true });
    expect(splitter.getAttribute('aria-valuenow')).toBe('252');
    press('t');
    expect(screen.queryByLabelText('Branch tree', { selector: 'section' })).toBeNull();
  });
});

describe('the height', () => {
  const heightOf = (memory: Memory, made: number) => {
    const { container, unmount } = render(
      <App store={new TestStore(stateOf())} memory={memory} height={made} theme="light" />,
    );
    const handle = screen.getByRole('separator', { name: 'Height of the console' });
    const said = container
      .querySelector<HTMLElement>('.ait')
      ?.style.getPropertyValue('--ait-height');
    return { said, grow: () => fireEvent.keyDown(handle, { key: 'ArrowDown' }), unmount };
  };

  test('is as a person has set it, until the console is made with another', () => {
    const memory = newMemory();
    const first = heightOf(memory, 500);
    first.grow();
    first.unmount();
    const second = heightOf(memory, 500);
    second.unmount();
    expect([first.said, second.said, heightOf(memory, 700).said]).toEqual([
      '500px',
      '516px',
      '700px',
    ]);
  });
});

describe('keys', () => {
  test('open and close what they name', () => {
    const { press, frame } = app();
    press('?');
    expect(screen.getByRole('dialog', { name: 'Keys' })).toBeTruthy();
    press('Escape');
    expect(screen.queryByRole('dialog')).toBeNull();
    press('/');
    expect(screen.getByRole('combobox')).toBe(document.activeElement);
    fireEvent.keyDown(screen.getByRole('combobox'), { key: 'Escape' });
    expect(screen.queryByRole('combobox')).toBeNull();
    expect(document.activeElement).toBe(frame);
  });

  test('that leave a field lead to what has a name', () => {
    app();
    const field = screen.getByRole('textbox');
    field.focus();
    fireEvent.keyDown(field, { key: 'Escape' });
    expect(document.activeElement).toBe(screen.getByRole('region', { name: 'Session console' }));
  });

  test('lead to the field, and leave it to those who write', () => {
    const { press, container } = app();
    press('c');
    const field = screen.getByRole('textbox');
    expect(document.activeElement).toBe(field);
    fireEvent.keyDown(field, { key: 'f' });
    expect(container.querySelector('[data-full]')).toBeNull();
  });

  test('fill the window, and Escape leaves it', () => {
    const { press, container } = app();
    press('f');
    expect(container.querySelector('.ait')?.hasAttribute('data-full')).toBe(true);
    press('Escape');
    expect(container.querySelector('.ait')?.hasAttribute('data-full')).toBe(false);
  });

  test('work at the handle of its height as well', () => {
    const { container } = app();
    const handle = screen.getByRole('separator', { name: 'Height of the console' });
    handle.focus();
    fireEvent.keyDown(handle, { key: 'f' });
    expect(container.querySelector('[data-full]')).not.toBeNull();
  });

  test('stop the Run in sight, in the field too', () => {
    const { press, store } = app({ openRuns: [run('r0', { isOnPath: false }), run('r1')] });
    press('.');
    fireEvent.keyDown(screen.getByRole('textbox'), { key: '.', ctrlKey: true });
    expect(store.calls).toEqual([
      ['cancel', 'r1'],
      ['cancel', 'r1'],
    ]);
  });
});

describe('keys and the notebook around', () => {
  test('stay in the console', () => {
    const outer = vi.fn();
    document.body.addEventListener('keydown', outer);
    const { press, container } = app();
    press('x');
    document.body.removeEventListener('keydown', outer);
    expect(outer).not.toHaveBeenCalled();
    expect(container.querySelector('.ait')?.hasAttribute('data-lm-suppress-shortcuts')).toBe(true);
  });

  test('leave saving to the notebook', () => {
    const { press, container } = app();
    const isSuppressed = () =>
      container.querySelector('.ait')?.hasAttribute('data-lm-suppress-shortcuts');
    press('s', { ctrlKey: true });
    expect(isSuppressed()).toBe(false);
    const outer = vi.fn();
    document.body.addEventListener('keydown', outer);
    for (const key of ['s', 'a']) {
      fireEvent.keyDown(screen.getByRole('textbox'), { key, ctrlKey: true });
    }
    document.body.removeEventListener('keydown', outer);
    expect(outer.mock.calls.map(([event]) => event.key)).toEqual(['s']);
    press('a');
    expect(isSuppressed()).toBe(true);
  });
});

describe('the header', () => {
  test('lists who is here, and what is verified of them', () => {
    const member = { isSelf: false, isAgent: false, isTyping: false };
    app({
      members: [
        { ...member, connectionId: '1', author: OLIVIA, isSelf: true },
        { ...member, connectionId: '2', author: ANN, isTyping: true },
        { ...member, connectionId: '3', author: AGENT, isAgent: true, status: 'answering' },
        { ...member, connectionId: '4', author: { clientId: 'bob', says: 'The\u202EBoss' } },
      ],
    });
    fireEvent.click(screen.getByRole('button', { name: 'People: 4 are here' }));
    const people = screen.getByRole('dialog');
    const texts = within(people)
      .getAllByRole('listitem')
      .map((one) => one.textContent);
    expect(texts[0]).toContain('you');
    expect(texts[0]).toContain('operator, verified');
    expect(texts[1]).toContain('plan gold');
    expect(texts[1]).toContain('is typing');
    expect(texts[2]).toContain('answering');
    expect(texts[3]).toContain('no verified role');
    expect(texts[3]).toContain('“The[U+202E]Boss”, which nobody has verified');
    fireEvent.keyDown(people, { key: 'Escape' });
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  test('says how many there are beside the faces, in a narrow header too', () => {
    const member = { isSelf: false, isAgent: false, isTyping: false, author: ANN };
    const members = Array.from({ length: 7 }, (_, at) => ({ ...member, connectionId: `${at}` }));
    const { container } = app({ members });
    const faces = [...container.querySelectorAll('.ait-people .ait-face')];
    const shown = (other: string) => faces.filter((face) => !face.closest(other)).length;
    const more = (where: string) => container.querySelector(`${where} .ait-people-more`);
    expect([shown('.ait-when-wide'), more('.ait-when-narrow')?.textContent]).toEqual([2, '+5']);
    expect([shown('.ait-when-narrow'), more('.ait-when-wide')?.textContent]).toEqual([4, '+3']);
  });

  test('stops many Runs only when one has said so twice', async () => {
    const { store } = app({ openRuns: [run('r1'), run('r2', { owner: OLIVIA })] });
    fireEvent.click(screen.getByRole('button', { name: 'More' }));
    fireEvent.click(screen.getByText('All Runs'));
    expect(document.activeElement?.textContent).toBe('Stop');
    expect(store.calls).toEqual([]);
    fireEvent.click(screen.getByText('Keep'));
    fireEvent.click(screen.getByText('All Runs'));
    const asks = screen.getByText('Stop 2 Runs?').parentElement as HTMLElement;
    await act(async () => fireEvent.click(within(asks).getByText('Stop')));
    expect(store.calls).toEqual([['cancelAll']]);
    expect(screen.getByText('Asked 2 Runs to stop.')).toBeTruthy();
  });

  test('says what has failed, and reconnects', () => {
    const problem = { message: 'The server is gone.', hint: 'Start it.' };
    const { store } = app({ connection: { phase: 'failed', since: 0, problem } });
    expect(screen.getByText('The server is gone.')).toBeTruthy();
    fireEvent.click(screen.getByText('Reconnect'));
    expect(store.calls).toEqual([['reconnect']]);
  });
});

describe('the tree', () => {
  const graph = [
    node('a', undefined, { label: 'Where is it?' }),
    node('b', 'a', { kind: 'run', status: 'complete', label: 'There.' }),
    node('b2', 'a', { kind: 'run', status: 'error', label: 'Oh no', isOnPath: false }),
  ];

  test('is a tree for those who hear it, walked with the arrows', () => {
    const { store } = app({ graph });
    const tree = screen.getByRole('tree');
    const items = screen.getAllByRole('treeitem');
    expect(items.map((one) => one.getAttribute('aria-label'))).toEqual([
      'Where is it?. ann, message',
      'There.. ann, reply, complete',
      'Oh no. ann, reply, failed',
    ]);
    expect(items.map((one) => one.getAttribute('aria-level'))).toEqual(['1', '2', '2']);
    expect(items.map((one) => one.getAttribute('aria-selected'))).toEqual([
      'true',
      'true',
      'false',
    ]);
    expect(tree.getAttribute('aria-activedescendant')).toBe(items[1]?.id);
    fireEvent.keyDown(tree, { key: 'ArrowRight' });
    expect(tree.getAttribute('aria-activedescendant')).toBe(items[2]?.id);
    fireEvent.keyDown(tree, { key: 'Enter' });
    expect(store.calls).toEqual([['reveal', 'b2']]);
  });

  test('a click on a place, or on its words, shows its branch', () => {
    const { store, container } = app({ graph });
    fireEvent.click(container.querySelector('.ait-node[data-key=b2]') as Element);
    fireEvent.click(container.querySelector('.ait-tree-label[data-key=a]') as Element);
    expect(store.calls).toEqual([
      ['reveal', 'b2'],
      ['reveal', 'a'],
    ]);
  });
});

test('one part that fails does not take the rest with it, and can be tried again', () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  let isBroken = true;
  function Part() {
    if (isBroken) throw new Error('half a message');
    return <p>whole</p>;
  }
  render(
    <>
      <Boundary what="the message">
        <Part />
      </Boundary>
      <p>the rest</p>
    </>,
  );
  expect(screen.getByRole('alert').textContent).toContain('Could not show the message.');
  expect(screen.getByText('half a message')).toBeTruthy();
  expect(screen.getByText('the rest')).toBeTruthy();
  isBroken = false;
  fireEvent.click(screen.getByText('Try again'));
  expect(screen.getByText('whole')).toBeTruthy();
});
