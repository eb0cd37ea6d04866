// @vitest-environment happy-dom
import { act, cleanup, fireEvent, within } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import type { Traits } from '../src/kernel/protocol';
import widget from '../src/widget';

const TRAITS: Traits = {
  session: 'conversations:42',
  codec: 'uimessage',
  where: { endpoint: 'localhost', port: 8085, tls: false, isLocal: true },
  who: 'operator-1',
  cell: 'c1',
  invokes: false,
  height: 0,
};

interface Definition {
  initialize(props: object): () => void;
  render(props: object): () => void;
}

afterEach(cleanup);

/** A widget as a notebook makes it, whose kernel has nothing to say. */
async function made(traits: Partial<Traits> = {}) {
  const given = { ...TRAITS, ...traits };
  const model = {
    get: (name: keyof Traits) => given[name],
    on: () => {},
    off: () => {},
    send: () => {},
  };
  const definition = (await (widget as unknown as () => unknown)()) as Definition;
  const close = definition.initialize({ model });
  const view = () => {
    const el = document.body.appendChild(document.createElement('div'));
    let end = () => {};
    act(() => {
      end = definition.render({ model, el });
    });
    return {
      field: within(el).getByRole<HTMLTextAreaElement>('textbox'),
      end: () => {
        act(end);
        el.remove();
      },
    };
  };
  return { view, close };
}

const write = (field: HTMLElement, value: string) => fireEvent.change(field, { target: { value } });

test('a cell that runs again has the words that were not sent', async () => {
  const before = await made();
  const first = before.view();
  write(first.field, 'half a sentence');
  first.end();
  const after = await made();
  const second = after.view();
  expect(second.field.value).toBe('half a sentence');
  write(second.field, '');
  second.end();
  before.close();
  after.close();
});

test('consoles that are cleared and run again together have each its own words', async () => {
  const cells = ['c1', 'c2'];
  const before = await Promise.all(cells.map((cell) => made({ cell })));
  const shown = before.map((console) => console.view());
  shown.forEach(({ field }, index) => {
    write(field, `words ${index}`);
  });
  for (const { end } of shown) end();
  const after = await Promise.all(cells.map((cell) => made({ cell })));
  const again = after.map((console) => console.view());
  expect(again.map(({ field }) => field.value)).toEqual(['words 0', 'words 1']);
  for (const { field, end } of again) {
    write(field, '');
    end();
  }
  for (const { close } of [...before, ...after]) close();
});

const OTHERS: readonly (readonly [string, Partial<Traits>])[] = [
  ['session', { session: 'conversations:43' }],
  ['codec', { codec: 'responses' }],
  ['server', { where: { ...TRAITS.where, port: 8086 } }],
  ['person', { who: 'operator-2' }],
];

test.each(OTHERS)('another %s has words of its own', async (_, traits) => {
  const one = await made();
  const first = one.view();
  write(first.field, 'only here');
  first.end();
  const other = await made(traits);
  expect(other.view().field.value).toBe('');
  const again = one.view();
  expect(again.field.value).toBe('only here');
  write(again.field, '');
  one.close();
  other.close();
});
