/** What a console publishes is what the official client does, header by header. */

import { createClientSession } from '@ably/ai-transport';
import { ResponsesCodec } from '@ably/ai-transport/openai';
import { createUIMessageCodec } from '@ably/ai-transport/vercel';
import type { InboundMessage, Realtime } from 'ably';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CodecName } from '../../src/codec/codecs';
import { Hub } from './hub';
import { clientOf, live, openConsole, until } from './people';

const hub = new Hub();
let robot: Realtime;
let number = 0;

function newRoom(): string {
  number += 1;
  return `wire:${number}`;
}

beforeAll(async () => {
  await hub.start();
  robot = clientOf(hub, { clientId: 'robot', claim: { role: 'agent' } });
}, 20_000);
afterAll(async () => {
  robot.close();
  await hub.stop();
});

/** What a user publishes, with each id in the order in which it came first. */
async function published(room: string): Promise<object[]> {
  const { items } = await robot.channels.get(room).history({ direction: 'forwards' });
  const names = new Map<string, string>();
  const named = (value: unknown) =>
    typeof value === 'string' && /^[0-9a-f-]{36}$/.test(value)
      ? (names.get(value) ?? names.set(value, `#${names.size}`).get(value))
      : value;
  const plain = (headers: object = {}) =>
    Object.fromEntries(
      Object.entries(headers)
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([key, value]) => [key, named(value)]),
    );
  return items
    .filter(({ clientId }) => clientId === 'ann')
    .map(({ name, data, extras }: InboundMessage) => ({
      name,
      data: data ?? null,
      extras: Object.keys(extras ?? {}).filter((key) => key !== 'userClaim'),
      transport: plain(extras?.ai?.transport),
      codec: plain(extras?.ai?.codec),
    }));
}

/** Has an agent begin to answer, say something, call a tool, and wait. */
async function answered(room: string, input: string, codec: CodecName): Promise<void> {
  const channel = robot.channels.get(room);
  const about = { 'run-id': 'r1', 'invocation-id': 'i1', 'input-codec-message-id': input };
  const begun = { ...about, 'run-client-id': 'ann', parent: input };
  const said = { ...begun, role: 'assistant', 'codec-message-id': 'a1', stream: 'false' };
  const say = (name: string, transport: object, kind: object = {}, data: unknown = '') =>
    channel.publish({ name, data, extras: { ai: { transport, codec: kind } } });
  await say('ai-run-start', begun);
  if (codec === 'uimessage') {
    await say('ai-output', said, { kind: 'start', messageId: 'a1' });
    const call = { kind: 'tool-input', toolCallId: 'c1', toolName: 'look' };
    await say('ai-output', said, call, { all: true });
  } else {
    const item = { type: 'function_call', id: 'f1', call_id: 'c1', name: 'look', arguments: '{}' };
    await say('ai-output', said, { kind: 'response.output_item.added' }, { item });
  }
}

const OFFICIAL = { uimessage: createUIMessageCodec(), responses: ResponsesCodec } as const;

for (const codec of ['uimessage', 'responses'] as const) {
  test(`${codec}: send, regenerate, edit, steer, answer, approve, deny, cancel`, async () => {
    const rooms = [newRoom(), newRoom()] as const;

    // The official client, by its own means.
    const ann = clientOf(hub, { clientId: 'ann' });
    const official = OFFICIAL[codec] as typeof OFFICIAL.uimessage;
    const theirs = createClientSession({ client: ann, channelName: rooms[0], codec: official });
    await theirs.connect();
    const words = (text: string): never =>
      (codec === 'uimessage'
        ? official.createUserMessage({
            id: crypto.randomUUID(),
            role: 'user',
            parts: [{ type: 'text', text }],
          })
        : ResponsesCodec.createUserMessage({
            role: 'user',
            items: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text }] }],
          })) as never;
    const call = (payload: object) =>
      ({
        ...(codec === 'uimessage' ? { toolCallId: 'c1' } : { call_id: 'c1' }),
        ...payload,
      }) as never;
    const run = await theirs.view.send(words('hello'));
    await answered(rooms[0], run.inputCodecMessageId, codec);
    await expect.poll(() => theirs.view.getMessages().length).toBe(2);
    await run.started;
    await run.steer(words('psst')).published;
    const go = { runId: 'r1' };
    await theirs.view.send(official.createToolResult('a1', call({ output: 'seen' })), go);
    await theirs.view.send(official.createToolResultError('a1', call({ message: 'blind' })), go);
    await theirs.view.send(official.createToolApprovalResponse('a1', call({ approved: true })), go);
    const denied = call({ approved: false, reason: 'no' });
    await theirs.view.send(official.createToolApprovalResponse('a1', denied), go);
    await theirs.cancel('r1');
    await theirs.view.regenerate('a1');
    await theirs.view.edit(run.inputCodecMessageId, words('hello again'));
    await theirs.close();
    ann.close();

    // A console, by its actions.
    const ours = openConsole(hub, rooms[1], { clientId: 'ann' }, { codec });
    await live(ours);
    const { actions } = ours;
    await actions.send('hello');
    const [asked] = (await until(ours, (s) => s.messages.length === 1)).messages;
    await answered(rooms[1], asked?.id ?? '', codec);
    await until(ours, (s) => s.messages[1]?.parts.some(({ kind }) => kind === 'tool'));
    await actions.steer('r1', 'psst');
    await until(ours, (s) => s.messages.length === 3);
    await actions.answerCall('a1', 'c1', 'seen');
    await actions.failCall('a1', 'c1', 'blind');
    await actions.approve('a1', 'c1', {});
    await actions.deny('a1', 'c1', 'no');
    await actions.cancel('r1');
    await actions.regenerate('a1');
    await actions.edit(asked?.id ?? '', 'hello again');
    ours.close();

    const said = await published(rooms[1]);
    expect(said).toHaveLength(9);
    expect(said).toEqual(await published(rooms[0]));
  }, 20_000);
}

test('uimessage: edited arguments travel beside the approval', async () => {
  const room = newRoom();
  const ours = openConsole(hub, room, { clientId: 'ann' });
  await live(ours);
  await ours.actions.send('hello');
  const [asked] = (await until(ours, (s) => s.messages.length === 1)).messages;
  await answered(room, asked?.id ?? '', 'uimessage');
  await until(ours, (s) => s.messages.length === 2);
  await ours.actions.approve('a1', 'c1', { arguments: { all: false }, reason: 'less' });
  ours.close();
  expect((await published(room)).at(-1)).toMatchObject({
    data: { arguments: { all: false } },
    codec: { kind: 'tool-approval-response', approved: 'true', reason: 'less', toolCallId: 'c1' },
  });
});

test('text: as the package in Python writes it', async () => {
  const room = newRoom();
  const ours = openConsole(hub, room, { clientId: 'ann' }, { codec: 'text' });
  const { permits } = await live(ours);
  expect(permits.answer).toMatchObject({ allowed: false });
  await ours.actions.send('hello');
  ours.close();
  expect(await published(room)).toEqual([
    {
      name: 'ai-input',
      data: 'hello',
      extras: ['ai'],
      transport: {
        'codec-message-id': '#0',
        discrete: 'true',
        'event-id': '#1',
        role: 'user',
        'run-client-id': 'ann',
        stream: 'false',
      },
      codec: { kind: 'user-message', partType: 'text' },
    },
  ]);
});
