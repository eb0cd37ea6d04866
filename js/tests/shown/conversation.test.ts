/** What a conversation shows, message by message: of what its channel says, and no more. */

import { expect, test, vi } from 'vitest';
import { Conversation } from '../../src/session/conversation';
import type { Inbound } from '../../src/wire/inbound';
import { Channel } from './channel';
import { shown, WATCHED } from './showing';

/** A question and its answer, ms apart. */
function turn(channel: Channel, number: number, parent?: string): Inbound[] {
  const [m, r, a] = [`m${number}`, `r${number}`, `a${number}`];
  const begun = [
    channel.user(m, `question ${number}`, parent ? { parent } : {}),
    channel.start(r, m),
  ];
  const text = channel.text(r, a);
  const whole = channel.append(text, `answer ${number}`, { status: 'complete' });
  return [...begun, text, whole, channel.end(r)];
}

test('live, from history, or both: the same', () => {
  const channel = new Channel();
  const messages = [...turn(channel, 1), ...turn(channel, 2, 'a1')];
  const live = shown(messages);
  const loaded = new Conversation('uimessage');
  loaded.load(messages.slice(4));
  loaded.show(WATCHED);
  loaded.load(messages.slice(0, 5));
  expect(loaded.show(WATCHED)).toEqual(live);
  expect(live.messages.map(({ text }) => text)).toEqual([
    'question 1',
    'answer 1',
    'question 2',
    'answer 2',
  ]);
});

test('a token costs the same, however long the conversation', () => {
  const asked = (turns: number) => {
    const channel = new Channel();
    const conversation = new Conversation('uimessage');
    for (let at = 0; at < turns; at += 1) {
      for (const each of turn(channel, at, at ? `a${at - 1}` : undefined)) conversation.hear(each);
    }
    conversation.hear(channel.user('m', 'go', { parent: `a${turns - 1}` }));
    conversation.hear(channel.start('r', 'm'));
    const text = channel.text('r', 'a');
    conversation.hear(text);
    conversation.hear(channel.append(text, 'first'));
    const before = conversation.show(WATCHED);
    const read = vi.spyOn(conversation.read.tree, 'messagesOf');
    conversation.hear(channel.append(text, ' token'));
    const after = conversation.show(WATCHED);
    expect(after.messages.at(-1)?.text).toBe('first token');
    expect(after.messages.slice(0, -1).every((each, at) => each === before.messages[at])).toBe(
      true,
    );
    expect(
      [...after.runs.values()].filter((run, at) => run !== [...before.runs.values()][at]),
    ).toHaveLength(1);
    return read.mock.calls.length;
  };
  expect(asked(200)).toBe(asked(3));
});

test('a new turn reads none of those before it again', () => {
  const channel = new Channel();
  const conversation = new Conversation('uimessage');
  for (const each of [...turn(channel, 1), ...turn(channel, 2, 'a1')]) conversation.hear(each);
  const before = conversation.show(WATCHED);
  for (const each of turn(channel, 3, 'a2')) conversation.hear(each);
  const after = conversation.show(WATCHED);
  expect(after.messages).toHaveLength(6);
  expect(after.graph).toHaveLength(6);
  for (const at of [0, 1, 2, 3]) {
    expect(after.messages[at]).toBe(before.messages[at]);
    expect(after.graph[at]).toBe(before.graph[at]);
  }
  expect(after.runs.get('r1')).toBe(before.runs.get('r1'));
  expect(conversation.show(WATCHED).messages).toBe(after.messages);
});

test('a question and its answer that come at once stand in their order', () => {
  const channel = new Channel();
  const conversation = new Conversation('uimessage');
  for (const each of turn(channel, 1)) conversation.hear(each);
  conversation.show(WATCHED);
  for (const each of turn(channel, 2, 'a1')) conversation.hear(each);
  const { graph } = conversation.show(WATCHED);
  expect(graph.map(({ key, parent }) => [key, parent])).toEqual([
    ['m1', undefined],
    ['r1', 'm1'],
    ['m2', 'r1'],
    ['r2', 'm2'],
  ]);
});

test('a version that comes later numbers those before it', () => {
  const channel = new Channel();
  const conversation = new Conversation('uimessage');
  for (const each of turn(channel, 1)) conversation.hear(each);
  expect(conversation.show(WATCHED).messages[1]).not.toHaveProperty('branch');
  conversation.hear(channel.start('r9', 'm1'));
  const text = channel.text('r9', 'a9');
  conversation.hear(text);
  conversation.hear(channel.append(text, 'another'));
  const state = conversation.show(WATCHED);
  expect(state.messages[1]).toMatchObject({ text: 'another', branch: { index: 1, count: 2 } });
  expect(state.graph.map(({ key, version, isOnPath }) => [key, version?.index, isOnPath])).toEqual([
    ['m1', undefined, true],
    ['r1', 0, false],
    ['r9', 1, true],
  ]);
  expect(state.runs.get('r1')?.isOnPath).toBe(false);
});

test('an answer that was asked for, until an agent begins it or it is taken back', () => {
  const channel = new Channel();
  const conversation = new Conversation('uimessage');
  const wishAt = (at: number) => conversation.show(WATCHED).messages[at]?.wish;
  const asked = channel.user('m1', 'go', {}, { clientId: 'ann', at: 1000 });
  conversation.hear(asked);
  expect(wishAt(0)).toEqual({ inputId: 'm1', by: { clientId: 'ann' }, at: 1000 });
  const [, ...answer] = turn(channel, 1);
  for (const each of answer) conversation.hear(each);
  expect(wishAt(0)).toBeUndefined();
  const again = (id: string) =>
    channel.say(
      'ai-input',
      { 'codec-message-id': id, 'msg-regenerate': 'a1', parent: 'm1', stream: 'false' },
      { clientId: 'omar', codec: { kind: 'regenerate' } },
    );
  const early = (id: string) =>
    channel.say('ai-cancel', { 'input-codec-message-id': id }, { clientId: 'lea' });
  conversation.hear(again('w1'));
  expect(wishAt(1)).toMatchObject({ inputId: 'w1', by: { clientId: 'omar' } });
  conversation.hear(early('w1'));
  expect(wishAt(1)).toMatchObject({ inputId: 'w1', withdrawnBy: { clientId: 'lea' } });
  conversation.hear(again('w2'));
  expect(wishAt(1)).not.toHaveProperty('withdrawnBy');
  const begun = channel.say(
    'ai-run-start',
    { 'run-id': 'r2', 'input-codec-message-id': 'w2', 'msg-regenerate': 'a1', parent: 'm1' },
    { clientId: 'robot', role: 'agent' },
  );
  conversation.hear(begun);
  conversation.read.view.branchAt('a1').select(0);
  conversation.chosen();
  expect(wishAt(1)).toMatchObject({ inputId: 'w1' });
  expect(conversation.show(WATCHED).messages).toHaveLength(2);
});

test('who answered a call, whatever became of it', () => {
  const channel = new Channel();
  const output = (type: string, more: object, data: unknown) =>
    channel.output('r', 'a', { kind: type, toolCallId: 'c', ...more }, { data });
  const decide = (clientId: string, approved: string, at: number, more: object, data?: object) =>
    channel.say(
      'ai-input',
      { 'run-id': 'r', 'codec-message-id': 'a', stream: 'false' },
      {
        clientId,
        role: 'operator',
        at,
        codec: { kind: 'tool-approval-response', toolCallId: 'c', approved, ...more },
        data,
      },
    );
  const { messages } = shown([
    channel.user('m', 'go'),
    channel.start('r', 'm'),
    output('tool-input', { toolName: 'pay' }, { sum: 2 }),
    output('tool-approval-request', { approvalId: 'q' }, ''),
    decide('omar', 'true', 5000, {}, { arguments: { sum: 1 } }),
    decide('lea', 'false', 6000, { reason: 'no' }),
    output('tool-output-available', {}, { output: 'paid' }),
  ]);
  expect(messages.at(-1)?.parts.at(-1)).toMatchObject({
    state: 'output-available',
    answers: [
      {
        kind: 'approved',
        by: { clientId: 'omar', role: 'operator' },
        at: 5000,
        arguments: { sum: 1 },
      },
      { kind: 'denied', by: { clientId: 'lea' }, at: 6000, reason: 'no' },
    ],
  });
});

test('who has had a hand in a message with others is not its author', () => {
  const channel = new Channel();
  const asked = [channel.user('m', 'go'), channel.start('r', 'm')];
  const text = channel.text('r', 'a');
  const begun = [...asked, text];
  const own = shown([...begun, channel.append(text, 'mine')]);
  expect(own.messages[1]?.author).toEqual({ clientId: 'robot', role: 'agent' });
  const others = shown([...begun, channel.append(text, 'not mine', {}, { clientId: 'eve' })]);
  expect(others.messages[1]).toMatchObject({ author: { clientId: '' }, moderated: 'changed' });
  const says = { kind: 'start', messageId: 'a', messageMetadata: '{"author":"Boss"}' };
  const claimed = shown([...begun, channel.output('r', 'a', says)]);
  expect(claimed.messages[1]?.author).toEqual({ clientId: 'robot', role: 'agent', says: 'Boss' });
});

test('nodes that follow each other in a ring are shown, each once', () => {
  const channel = new Channel();
  const { graph } = shown([
    channel.user('x', 'one', { parent: 'y' }),
    channel.user('y', 'two', { parent: 'x' }),
    channel.user('z', 'three', { parent: 'z' }),
  ]);
  expect(graph.map(({ key }) => key).sort()).toEqual(['x', 'y', 'z']);
  const seen = new Set<string>();
  for (const { key, parent } of graph) {
    expect(parent === undefined || seen.has(parent)).toBe(true);
    seen.add(key);
  }
});

test('of several decisions the last counts with which the agent went on, once it has', () => {
  const channel = new Channel();
  const decide = (clientId: string, approved: string) =>
    channel.say(
      'ai-input',
      { 'run-id': 'r', 'codec-message-id': 'a', stream: 'false' },
      { clientId, codec: { kind: 'tool-approval-response', toolCallId: 'c', approved } },
    );
  const output = (kind: string, more: object, data: unknown) =>
    channel.output('r', 'a', { kind, toolCallId: 'c', ...more }, { data });
  const said = [
    channel.user('m', 'go'),
    channel.start('r', 'm'),
    output('tool-input', { toolName: 'pay' }, { sum: 2 }),
    output('tool-approval-request', { approvalId: 'q' }, ''),
    channel.say('ai-run-suspend', { 'run-id': 'r' }, { role: 'agent' }),
    decide('omar', 'true'),
    decide('lea', 'false'),
  ];
  const counted = () => {
    const part = shown(said).messages.at(-1)?.parts.at(-1);
    const answers = part?.kind === 'tool' ? part.answers : undefined;
    return answers?.map(({ by, isCounted }) => [by.clientId, isCounted]);
  };
  expect(counted()).toEqual([
    ['omar', undefined],
    ['lea', undefined],
  ]);
  said.push(channel.say('ai-run-resume', { 'run-id': 'other' }, { role: 'agent' }));
  expect(counted()?.at(-1)).toEqual(['lea', undefined]);
  said.push(channel.say('ai-run-resume', { 'run-id': 'r' }, { role: 'agent' }));
  said.push(decide('ann', 'true'));
  expect(counted()).toEqual([
    ['omar', false],
    ['lea', true],
    ['ann', false],
  ]);
});

test('a label is some words, whole characters of them', () => {
  const channel = new Channel();
  const { graph } = shown([channel.user('m', `  two\n\nlines ${'🙂'.repeat(100)}`)]);
  const label = graph[0]?.label ?? '';
  expect(label).toMatch(/^two lines 🙂+…$/u);
  expect(Array.from(label)).toHaveLength(80);
});

test('a message of a Run stays the same while the Run says another', () => {
  const channel = new Channel();
  const conversation = new Conversation('uimessage');
  conversation.hear(channel.user('m', 'go'));
  conversation.hear(channel.start('r', 'm'));
  const first = channel.text('r', 'a');
  conversation.hear(first);
  conversation.hear(channel.append(first, 'one', { status: 'complete' }));
  conversation.hear(channel.text('r', 'b'));
  const before = conversation.show(WATCHED).messages;
  conversation.hear(channel.output('r', 'b', { kind: 'finish-step' }));
  const after = conversation.show(WATCHED).messages;
  expect(after).toHaveLength(3);
  expect(after[1]).toBe(before[1]);
});

test('older history leaves what is shown as it is', () => {
  const channel = new Channel();
  const [older, newer] = [turn(channel, 1), turn(channel, 2, 'a1')];
  const conversation = new Conversation('uimessage');
  conversation.load(newer);
  const before = conversation.show(WATCHED);
  conversation.load(older);
  const after = conversation.show(WATCHED);
  expect(after.messages.map(({ id }) => id)).toEqual(['m1', 'a1', 'm2', 'a2']);
  expect(after.messages[2]).toBe(before.messages[0]);
  expect(after.messages[3]).toBe(before.messages[1]);
  expect(after.runs.get('r2')).toBe(before.runs.get('r2'));
});
