/** Versions of what was said, and which of them one sees. */

import { expect, test } from 'vitest';
import { fold } from '../../src/tree/tree';
import { CODEC, heard, ids, Script } from './script';

const folded = (script: Script) => fold(script.history, CODEC);

test('an edit is one, and the newest is shown', () => {
  const script = new Script();
  const first = script.ask('one');
  const [answer] = script.answer(first);
  const edit = script.ask('two', { forkOf: first });
  const tree = folded(script);
  const view = tree.view();
  expect(ids(view)).toEqual([edit]);
  const branch = view.branchAt(edit);
  expect(branch).toMatchObject({ index: 1, hasSiblings: true, siblings: { length: 2 } });
  expect(branch.selected).toBe(branch.siblings[1]);
  branch.select(0);
  expect(ids(view)).toEqual([first, answer]);
  expect(view.branchAt(first).index).toBe(0);
  expect(ids(tree.view()), 'each view chooses for itself').toEqual([edit]);
  branch.select(99);
  expect(ids(view)).toEqual([edit]);
});

test('a regenerated answer takes the place of the first', () => {
  const script = new Script();
  const asked = script.ask('why?');
  const [first = ''] = script.answer(asked, ['because']);
  const [second = ''] = script.answer(asked, ['since'], first);
  const view = folded(script).view();
  expect(ids(view)).toEqual([asked, second]);
  view.branchAt(second).select(0);
  expect(ids(view)).toEqual([asked, first]);
  expect(view.runFor(asked)).toEqual(view.runFor(first));
});

test('a later message of a Run may be regenerated alone', () => {
  const script = new Script();
  const asked = script.ask('three things');
  const [one = '', two = '', three] = script.answer(asked, ['one', 'two', 'three']);
  const [again = ''] = script.answer(one, ['two again'], two);
  const view = folded(script).view();
  expect(ids(view)).toEqual([asked, one, again]);
  view.branchAt(again).select(0);
  expect(ids(view)).toEqual([asked, one, two, three]);
});

test('where there are none, a message is alone', () => {
  const script = new Script();
  const asked = script.ask('why?');
  const view = folded(script).view();
  const branch = view.branchAt(asked);
  expect(branch).toMatchObject({ index: 0, hasSiblings: false, siblings: { length: 1 } });
  branch.select(0);
  expect(ids(view)).toEqual([asked]);
  expect(view.branchAt('nobody').selected).toBeUndefined();
});

test('a view stays where it is when another edits, and follows another answer', () => {
  const script = new Script();
  const asked = script.ask('one');
  const [first = ''] = script.answer(asked);
  const tree = heard(script.live);
  const view = tree.view();
  const { length } = script.live;
  expect(ids(view)).toEqual([asked, first]);
  const [second] = script.answer(asked, ['other'], first);
  const edit = script.ask('two', { forkOf: asked });
  for (const message of script.live.slice(length)) {
    tree.apply(message);
    expect([1, 2]).toContain(ids(view).length);
  }
  expect(ids(view)).toEqual([asked, second]);
  expect(ids(tree.view())).toEqual([edit]);
});

test('one follows what one has asked for, when it comes', () => {
  const script = new Script();
  const asked = script.ask('one');
  const [first = '', later = ''] = script.answer(asked, ['a', 'b']);
  const tree = heard(script.live);
  const view = tree.view();
  let { length } = script.live;
  const hear = () => {
    for (const message of script.live.slice(length)) tree.apply(message);
    length = script.live.length;
  };
  view.followRegenerate(later);
  const [again = ''] = script.answer(first, ['c'], later);
  hear();
  expect(ids(view)).toEqual([asked, first, again]);
  view.followRegenerate(first);
  const [second = ''] = script.answer(asked, ['d'], first);
  hear();
  expect(ids(view)).toEqual([asked, second]);
  const edit = script.ask('two', { forkOf: asked });
  hear();
  expect(ids(view)).toEqual([asked, second]);
  view.followEdit(edit);
  expect(ids(view)).toEqual([edit]);
});

test('a view stays on what another edits, also where nobody has looked since it came', () => {
  const script = new Script();
  const asked = script.ask('one');
  const tree = heard(script.live);
  const view = tree.view();
  script.ask('two', { forkOf: asked });
  tree.apply(script.live.at(-1) ?? {});
  expect(ids(view)).toEqual([asked]);
});
