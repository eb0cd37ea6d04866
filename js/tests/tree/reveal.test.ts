import { describe, expect, test } from 'vitest';
import { fold } from '../../src/tree/tree';
import * as wire from '../../src/wire/names';
import { CODEC, heard, ids, Script } from './script';
import { branching } from './talk';

const SEEDS = Array.from({ length: 150 }, (_, seed) => seed);

describe('any node and any message can be revealed', () => {
  test('and its node lies on the path then', () => {
    let hidden = 0;
    for (const seed of SEEDS) {
      const tree = fold(branching(seed).history, CODEC);
      const view = tree.view();
      for (const { key } of tree.nodes) {
        if (view.placeOf(key) === undefined) hidden += 1;
        expect(view.reveal(key), `${key} of ${seed}`).toBe(true);
        expect(view.placeOf(key), `${key} of ${seed}`).toBeDefined();
      }
    }
    expect(hidden).toBeGreaterThan(SEEDS.length);
  });

  test('and all that it follows is on view, up to the message itself', () => {
    for (const seed of SEEDS) {
      const tree = fold(branching(seed).history, CODEC);
      const view = tree.view();
      const messages = tree.nodes.flatMap((node) => tree.messagesOf(node));
      for (const { codecMessageId: id } of messages) {
        expect(view.reveal(id), `${id} of ${seed}`).toBe(true);
        expect(ids(view), `${id} of ${seed}`).toContain(id);
        const parent = tree.nodeOf(id)?.parent;
        if (parent !== undefined) expect(ids(view), `${id} of ${seed}`).toContain(parent);
      }
    }
  });
});

test('an edit of an edit, and what follows the first', () => {
  const script = new Script();
  const first = script.ask('one');
  const [answer = ''] = script.answer(first);
  const after = script.ask('and then?', { parent: answer });
  const second = script.ask('two', { forkOf: first });
  const third = script.ask('three', { forkOf: second });
  const view = fold(script.history, CODEC).view();
  expect(ids(view)).toEqual([third]);
  view.reveal(after);
  expect(ids(view)).toEqual([first, answer, after]);
  view.reveal(second);
  expect(ids(view)).toEqual([second]);
});

test('a message that another stands for, and what follows either', () => {
  const script = new Script();
  const asked = script.ask('go');
  const [one = '', two = '', three = ''] = script.answer(asked, ['one', 'two', 'three']);
  const [again = ''] = script.answer(one, ['two again'], two);
  const onOld = script.ask('old', { parent: three });
  const onNew = script.ask('new', { parent: again });
  const view = fold(script.history, CODEC).view();
  view.reveal(three);
  expect(ids(view).slice(0, 4)).toEqual([asked, one, two, three]);
  expect(view.branchAt(two).index).toBe(0);
  view.reveal(onNew);
  expect(ids(view)).toContain(again);
  expect(ids(view)).not.toContain(three);
  view.reveal(onOld);
  expect(ids(view)).toContain(three);
  expect(ids(view)).not.toContain(again);
});

test('what was revealed among others stays when more of them come', () => {
  const script = new Script();
  const asked = script.ask('go');
  const [first = ''] = script.answer(asked);
  script.answer(asked, ['again'], first);
  const tree = heard(script.live);
  const view = tree.view();
  view.reveal(first);
  const { length } = script.live;
  script.answer(asked, ['and again'], first);
  for (const message of script.live.slice(length)) tree.apply(message);
  expect(ids(view)).toEqual([asked, first]);
  expect(view.branchAt(first)).toMatchObject({ index: 0, siblings: { length: 3 } });
});

test('it is told to who listens', () => {
  const script = new Script();
  const first = script.ask('one');
  script.ask('two', { forkOf: first });
  const view = fold(script.history, CODEC).view();
  const seen: string[][] = [];
  view.on('update', () => seen.push(ids(view)));
  view.reveal(first);
  expect(seen).toEqual([[first]]);
});

describe('what nothing can show', () => {
  test('is not revealed, and nothing is chosen', () => {
    const script = new Script();
    const asked = script.ask('go');
    const [answer = ''] = script.answer(asked);
    const after = script.ask('and then?', { parent: answer });
    const edit = script.ask('other', { forkOf: asked });
    const superseded = fold(script.history, CODEC).nodeOf(answer)?.key ?? '';
    script.publish(
      wire.AI_INPUT,
      {
        [wire.ROLE]: 'assistant',
        [wire.MESSAGE_ID]: 'fork',
        [wire.SUPERSEDES]: superseded,
        [wire.PARENT]: asked,
      },
      { kind: 'tool-result' },
      { toolCallId: 'call', output: 1 },
    );
    const view = fold(script.history, CODEC).view();
    expect(ids(view)).toEqual([edit]);
    for (const key of [superseded, answer, after, 'nobody']) {
      expect(view.reveal(key)).toBe(false);
      expect(ids(view)).toEqual([edit]);
    }
    expect(view.reveal('fork')).toBe(true);
    expect(view.placeOf('fork')).toBe(1);
  });

  test('is what follows itself, or something after it', () => {
    const script = new Script();
    script.ask('chicken', { messageId: 'chicken', parent: 'egg' });
    script.ask('egg', { messageId: 'egg', parent: 'chicken' });
    script.ask('loop', { messageId: 'loop', parent: 'loop' });
    const view = fold(script.history, CODEC).view();
    for (const key of ['chicken', 'egg', 'loop']) {
      expect(view.reveal(key)).toBe(false);
      expect(view.placeOf(key)).toBeUndefined();
    }
  });

  test('is what follows another version of itself', () => {
    const script = new Script();
    const run = script.run('gone');
    run.say('one');
    const other = script.run('gone');
    other.say('two');
    script.ask('three', { messageId: 'three', parent: 'four' });
    const tree = fold(script.history, CODEC);
    const view = tree.view();
    for (const { key } of tree.nodes) {
      expect(view.reveal(key)).toBe(view.placeOf(key) !== undefined);
    }
    expect(view.reveal('three')).toBe(true);
  });
});
