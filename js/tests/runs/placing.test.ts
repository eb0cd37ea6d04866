import { expect, test } from 'vitest';
import { ofCancel, ofInput } from '../../src/runs/headers';
import { before, forkOf, lastOf } from '../../src/runs/placing';
import { isSteer, Steers, steersIn } from '../../src/runs/steers';
import { fold } from '../../src/tree/tree';
import * as wire from '../../src/wire/names';
import { CODEC, Script } from '../tree/script';

test('what comes before a message is known on view and beside it', () => {
  const script = new Script();
  const first = script.ask('one');
  const [a = '', b = ''] = script.answer(first, ['a', 'b']);
  const edit = script.ask('two', { forkOf: first });
  const tree = fold(script.history, CODEC);
  const shown = tree.view().messages;
  expect(shown.map((message) => message.codecMessageId)).toEqual([edit]);
  expect(before(tree, shown, edit)).toBeUndefined();
  expect(before(tree, shown, b)).toBe(a);
  expect(before(tree, shown, a)).toBe(first);
  expect(before(tree, shown, first)).toBeUndefined();
  expect(before(tree, shown, 'nobody')).toBeUndefined();
});

test('a node ends with its last message, or with what it follows', () => {
  const script = new Script();
  const asked = script.ask('go');
  const run = script.run(asked);
  const silent = fold(script.history, CODEC);
  expect(lastOf(silent, silent.run(run.id))).toBe(asked);
  run.say('a');
  const last = run.say('b');
  const tree = fold(script.history, CODEC);
  expect(lastOf(tree, tree.run(run.id))).toBe(last);
  expect(lastOf(tree, undefined)).toBeUndefined();
});

test('a Run is laid out for another to take its place', () => {
  const script = new Script();
  const asked = script.ask('go');
  const run = script.run(asked);
  const [first, second] = [run.say('a'), run.say('b')];
  const tree = fold(script.history, CODEC);
  const node = tree.run(run.id);
  if (!node) throw new Error('the Run is gone');
  let count = 0;
  const newId = () => {
    count += 1;
    return `new ${count}`;
  };
  const fork = forkOf(tree, node, second, newId);
  expect(fork?.messageId).toBe('new 2');
  expect(fork?.sending).toEqual({ parent: asked, role: 'assistant', supersedes: run.id });
  const seeded = fork?.seed.forkSeed.messages ?? [];
  expect(seeded.map((each) => each.codecMessageId)).toEqual(['new 1', 'new 2']);
  expect(seeded[0]?.message).toBe(tree.messagesOf(node)[0]?.message);
  expect(forkOf(tree, node, 'nobody', newId)).toBeUndefined();
  expect(first).not.toBe(second);
});

test('a steer goes from said, over taken up, to answered', () => {
  const steers = new Steers();
  expect(steers.takeUp()).toBe(false);
  steers.add('a');
  steers.add('b');
  expect(steers.answer()).toEqual([]);
  expect(steers.takeUp()).toBe(true);
  steers.add('c');
  expect(['a', 'b', 'c', 'd'].map((id) => steers.isUnanswered(id))).toEqual([
    true,
    true,
    true,
    false,
  ]);
  expect(steers.answer()).toEqual(['a', 'b']);
  expect(steers.isUnanswered('a')).toBe(false);
  expect(steers.isUnanswered('c')).toBe(true);
});

test("a steer is a Run's word of its user", () => {
  const script = new Script();
  script.run(script.ask('go')).steer('shorter');
  const { records } = fold(script.history, CODEC);
  expect(records.filter(isSteer)).toHaveLength(2);
  expect(records.filter((record) => record.name === wire.RUN_START).some(isSteer)).toBe(false);
});

test.each([
  ['["a", 5, "b"]', ['a', 'b']],
  ['{"a": 1}', []],
  ['[', []],
  [undefined, []],
])('an output says which steers it answers: %s', (told, ids) => {
  expect(steersIn(told === undefined ? {} : { [wire.STEERS]: told })).toEqual(ids);
});

test('headers say only what there is to say', () => {
  expect(ofInput({ messageId: 'm', eventId: 'e', clientId: undefined, parent: '' })).toEqual({
    role: 'user',
    'codec-message-id': 'm',
    'event-id': 'e',
  });
  expect(
    ofInput({
      messageId: 'm',
      eventId: 'e',
      clientId: 'ann',
      role: 'assistant',
      runId: 'r',
      parent: 'p',
      forkOf: 'f',
      regenerates: 'g',
      supersedes: 's',
    }),
  ).toEqual({
    role: 'assistant',
    'codec-message-id': 'm',
    'run-id': 'r',
    'run-client-id': 'ann',
    parent: 'p',
    'fork-of': 'f',
    'msg-regenerate': 'g',
    supersedes: 's',
    'event-id': 'e',
  });
  expect(ofCancel('e', 'r', undefined)).toEqual({ 'event-id': 'e', 'run-id': 'r' });
  expect(ofCancel('e', undefined, 'm')).toEqual({
    'event-id': 'e',
    'input-codec-message-id': 'm',
  });
});
