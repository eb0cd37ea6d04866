/** Channels of which the beginning was not heard, or where somebody says what makes no sense. */

import { expect, test } from 'vitest';
import { fold } from '../../src/tree/tree';
import { Action } from '../../src/wire/inbound';
import * as wire from '../../src/wire/names';
import { BEGAN, CODEC, heard, ids, Script } from './script';

function said(serial: number, runId: string, messageId: string, headers = {}, codec = {}): object {
  const transport = {
    [wire.RUN_ID]: runId,
    [wire.MESSAGE_ID]: messageId,
    [wire.ROLE]: 'assistant',
  };
  return {
    action: Action.CREATE,
    serial: `${BEGAN + serial}-000`,
    name: wire.AI_OUTPUT,
    extras: { ai: { transport: { ...transport, ...headers }, codec: { kind: 'start', ...codec } } },
  };
}

test('history has more of a stream than was heard of the same version', () => {
  const script = new Script();
  script.answer(script.ask('why?'), ['because of the sea']);
  const whole = script.history.find(({ action }) => action === Action.UPDATE);
  const appends = script.live.filter(({ action }) => action === Action.APPEND);
  expect(appends.at(-1)?.version).toEqual(whole?.version);
  const expected = fold(whole ? [whole] : [], CODEC).view().messages;
  expect(expected).toHaveLength(1);
  for (const append of appends) {
    const tree = heard([append]);
    tree.load(whole ? [whole] : []);
    expect(tree.view().messages).toEqual(expected);
  }
});

test('an attempt whose start was not heard counts until the next one', () => {
  const script = new Script();
  const run = script.run(script.ask('go'));
  run.step('work');
  const begun = script.live.length;
  const dead = run.say('half of');
  expect(ids(heard(script.live.slice(begun)).view())).toEqual([dead]);
  run.step('work');
  const whole = run.say('the whole');
  expect(ids(heard(script.live.slice(begun)).view())).toEqual([whole]);
});

test('an edit of an edit may go on for long', () => {
  const script = new Script();
  const versions = [script.ask('version 0')];
  for (let number = 1; number < 300; number += 1) {
    versions.push(script.ask(`version ${number}`, { forkOf: versions[number - 1] }));
  }
  const tree = fold(script.history, CODEC);
  expect(ids(tree.view())).toEqual(versions.slice(-1));
  expect(tree.siblings(versions[7] ?? '').map((node) => node.key)).toEqual(versions);
});

test('edits of each other are versions of each other', () => {
  const script = new Script();
  script.ask('one', { messageId: 'one', forkOf: 'two' });
  script.ask('two', { messageId: 'two', forkOf: 'one' });
  script.ask('three', { messageId: 'three', forkOf: 'one' });
  const tree = fold(script.history, CODEC);
  expect(tree.siblings('three').map((node) => node.key)).toEqual(['one', 'two', 'three']);
});

test('Runs that stand in the place of each other are shown once', () => {
  const belowOne = { [wire.PARENT]: 'm1', [wire.REGENERATES]: 'm2' };
  const belowTwo = { [wire.PARENT]: 'n1', [wire.REGENERATES]: 'n2' };
  const messages = [
    said(1, 'first', 'm1'),
    said(2, 'first', 'm2'),
    said(3, 'one', 'n1', belowOne),
    said(4, 'one', 'n2', belowOne),
    said(5, 'two', 'o1', belowTwo),
    said(6, 'two', 'm1', belowTwo),
    said(7, 'two', 'm2', belowTwo),
  ];
  expect(ids(fold(messages, CODEC).view())).toEqual(['m1', 'n1', 'o1', 'm1', 'm2']);
});

test('a stream grows in a Run whose id is empty', () => {
  const begun = said(1, '', 'm', { stream: 'true' }, { kind: 'text', id: 't' });
  const version = { serial: `${BEGAN + 2}-000` };
  const more = { ...begun, action: Action.APPEND, data: 'hi', version };
  const tree = heard([begun, said(3, 'another', 'm'), more]);
  const node = tree.run('');
  const [message] = node ? tree.messagesOf(node) : [];
  expect(message?.message.parts).toMatchObject([
    { type: 'step-start' },
    { type: 'text', text: 'hi' },
  ]);
});

test('a Run of which a step came first stands where it starts', () => {
  const script = new Script();
  const asked = script.ask('go');
  const told = { [wire.RUN_ID]: 'r', [wire.STEP_ID]: 's' };
  script.publish(wire.STEP_START, told);
  script.publish(wire.RUN_START, { [wire.RUN_ID]: 'r', [wire.PARENT]: asked });
  const after = script.ask('and then?', { parent: asked });
  const tree = heard(script.live);
  expect(tree.nodes.map((node) => node.key)).toEqual([asked, 'r', after]);
  expect(tree.run('r')).toMatchObject({ parent: asked, started: true });
  expect(tree.view().runFor(asked)?.runId).toBe('r');
});

test('headers that are no texts do no harm', () => {
  for (const odd of [null, ['x'], { a: 1 }, 5, true]) {
    const headers = { [wire.PARENT]: odd, [wire.STEP_ID]: odd, [wire.FORK_OF]: odd };
    const tree = heard([said(1, 'run', 'm', headers), said(2, 'run', 'n', headers)]);
    expect(ids(tree.view())).toEqual(['m', 'n']);
  }
});

test('what follows a question that is gone is shown with its versions', () => {
  const script = new Script();
  const asked = script.ask('why?');
  const [first = ''] = script.answer(asked, ['because']);
  const [second = ''] = script.answer(asked, ['since'], first);
  const next = script.ask('and then?', { parent: second });
  const left = script.history.filter(
    ({ extras }) => extras.ai.transport[wire.MESSAGE_ID] !== asked,
  );
  const view = fold(left, CODEC).view();
  expect([ids(view), view.beginningMissing]).toEqual([[second, next], true]);
  view.branchAt(second).select(0);
  expect(ids(view)).toEqual([first]);
});

test('a choice stands when an older version comes', () => {
  const script = new Script();
  const asked = script.ask('why?');
  const begun = script.history.length;
  const [oldest = ''] = script.answer(asked, ['because']);
  const ended = script.history.length;
  const [chosen = ''] = script.answer(asked, ['since'], oldest);
  script.answer(asked, ['as'], oldest);
  const tree = fold([...script.history.slice(0, begun), ...script.history.slice(ended)], CODEC);
  const view = tree.view();
  view.branchAt(ids(view).at(-1) ?? '').select(0);
  expect(ids(view)).toEqual([asked, chosen]);
  tree.load(script.history.slice(begun, ended));
  expect(ids(view)).toEqual([asked, chosen]);
  expect(view.branchAt(chosen).index).toBe(1);
});

test('the newest version stays when what it is one of comes in older pages', () => {
  const script = new Script();
  const asked = script.ask('one');
  script.answer(asked);
  let newest = asked;
  let answer = '';
  for (const text of ['two', 'three', 'four']) {
    newest = script.ask(text, { forkOf: asked });
    [answer = ''] = script.answer(newest);
  }
  const last = script.ask('and then?', { parent: answer });
  const { history } = script;
  for (let size = 1; size < history.length; size++) {
    const tree = fold([], CODEC);
    const view = tree.view();
    for (let end = history.length; end > 0; end -= size) {
      tree.load(history.slice(Math.max(0, end - size), end));
      expect(ids(view).at(-1)).toBe(last);
    }
    expect(ids(view), `in pages of ${size}`).toEqual([newest, answer, last]);
  }
});
