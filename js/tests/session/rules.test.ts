/** The rules of a session that need no channel. */

import { expect, test, vi } from 'vitest';
import { Conversation } from '../../src/session/conversation';
import { Health, type Watching as HealthOf, verdictOf } from '../../src/session/health';
import { inOrder, memberOf, shownMember } from '../../src/session/members';
import { asGrowth, covers, knownUpTo } from '../../src/session/missed';
import { Failure } from '../../src/session/model';
import { Notices } from '../../src/session/notices';
import { permitsOf, type Standing } from '../../src/session/permits';
import { failureOf, problemOf } from '../../src/session/telling';
import { Inbound } from '../../src/wire/inbound';
import { Channel } from '../shown/channel';

const standing: Standing = {
  session: 'room:1',
  codec: 'uimessage',
  clientId: 'ann',
  capability: { 'room:*': ['publish', 'subscribe', 'presence'] },
  connection: 'live',
  history: 'ready',
};

test('permits: by the connection, the token, the history and the codec', () => {
  const isAllowed = (more: Partial<Standing>) =>
    Object.entries(permitsOf({ ...standing, ...more }))
      .filter(([, permit]) => permit.allowed)
      .map(([name]) => name);
  expect(isAllowed({})).toHaveLength(9);
  expect(isAllowed({ connection: 'away' })).toEqual([]);
  expect(isAllowed({ capability: { 'room:1': ['subscribe'] } })).toEqual([]);
  expect(isAllowed({ capability: { 'room:1': ['presence'] } })).toEqual(['presence']);
  expect(isAllowed({ capability: undefined })).toHaveLength(9);
  expect(isAllowed({ history: 'loading' }).sort()).toEqual([
    'cancel',
    'presence',
    'resume',
    'steer',
  ]);
  expect(isAllowed({ codec: 'text' })).not.toContain('answer');
  expect(isAllowed({ clientId: undefined })).not.toContain('presence');
  const { send } = permitsOf({ ...standing, connection: 'failed' });
  expect(send).toMatchObject({ why: expect.stringMatching(/refused.*run the cell again.*access/) });
  expect(send).not.toHaveProperty('isPassing');
});

test('permits: who is away is told what becomes of words that are on their way', () => {
  const away = permitsOf({ ...standing, connection: 'away' }).send;
  expect(away).toMatchObject({
    why: expect.stringMatching(/nothing would be sent/),
    onItsWay: expect.stringMatching(/go out once it is back/),
  });
  const others = [
    { connection: 'failed' },
    { connection: 'closed' },
    { history: 'loading' },
  ] as const;
  for (const other of others) {
    expect(permitsOf({ ...standing, ...other }).send).not.toHaveProperty('onItsWay');
  }
});

test('verdicts: by silence, and by how long an agent has been gone', () => {
  expect(verdictOf(1000, 0)).toBe('working');
  expect(verdictOf(60_000, 0)).toBe('stalled');
  expect(verdictOf(60_000, 5000)).toBe('crashed');
  expect(verdictOf(60_000, undefined)).toBe('stalled');
  expect(verdictOf(1000, 60_000)).toBe('working');
});

test('health: an agent that says its Runs is missed once it is gone', async () => {
  const channel = new Channel();
  const { read } = heard(channel.user('m', 'go'), channel.start('r', 'm'));
  let members = [{ clientId: 'robot', runs: ['r'], tellsRuns: true }];
  let steady: number | undefined;
  const seek = vi.fn(async () => []);
  const watching: HealthOf = {
    tree: read.tree,
    isLive: () => true,
    members: () => members,
    steadyMs: () => steady,
    offsetMs: () => 0,
    seek,
  };
  const health = new Health(watching);
  health.note(channel.text('r', 'a'), 0);
  expect(health.look(0)).toBe(true);
  health.look(12_000);
  expect(health.of('r')).toEqual({ verdict: 'stalled', silentMs: 12_000 });
  members = [];
  health.look(14_000);
  expect(health.of('r')?.verdict).toBe('stalled');
  // Whoever has come back just now waits until the agent may have, too.
  steady = 12_000;
  health.look(16_000);
  expect(health.of('r')?.verdict).toBe('stalled');
  steady = 60_000;
  health.look(16_500);
  expect(health.of('r')).toEqual({ verdict: 'crashed', silentMs: 16_000 });
  // What people say into a Run is no sign that its agent lives.
  health.note(channel.user('s', 'hello?', { 'run-id': 'r' }), 17_000);
  health.look(17_000);
  expect(health.of('r')?.verdict).toBe('crashed');
  health.note(channel.text('r', 'b'), 17_500);
  health.look(17_600);
  expect(health.of('r')).toEqual({ verdict: 'working', silentMs: 0 });
  expect(seek).not.toHaveBeenCalled();
});

test('health: what is not heard while one is away is no silence', () => {
  const channel = new Channel();
  const { read } = heard(channel.user('m', 'go'), channel.start('r', 'm'));
  let isLive = true;
  let steady: number | undefined;
  const health = new Health({
    tree: read.tree,
    isLive: () => isLive,
    members: () => [{ clientId: 'robot', runs: ['r'], tellsRuns: true }],
    steadyMs: () => steady,
    offsetMs: () => 0,
    seek: async () => [],
  });
  health.note(channel.text('r', 'a'), 0);
  // A server that hangs is noticed only after a while.
  health.look(24_000);
  expect(health.of('r')?.verdict).toBe('stalled');
  isLive = false;
  expect(health.look(25_000)).toBe(true);
  expect(health.of('r')).toBeUndefined();
  isLive = true;
  steady = 200;
  health.look(60_000);
  expect(health.of('r')).toEqual({ verdict: 'working', silentMs: 0 });
  steady = 12_200;
  health.look(72_000);
  expect(health.of('r')).toEqual({ verdict: 'stalled', silentMs: 12_000 });
});

test('health: an agent that was gone before one came is looked for', async () => {
  const channel = new Channel();
  const text = channel.text('r', 'a', { at: 1000 });
  const { read } = heard(channel.user('m', 'go'), channel.start('r', 'm'), text);
  const gone = [{ clientId: 'robot', runs: ['r'], tellsRuns: true }];
  const health = new Health({
    tree: read.tree,
    isLive: () => true,
    members: () => [],
    steadyMs: () => undefined,
    offsetMs: () => 0,
    seek: async () => gone,
  });
  health.look(9000);
  expect(health.of('r')).toEqual({ verdict: 'working', silentMs: 8000 });
  await Promise.resolve();
  health.look(9500);
  expect(health.of('r')?.verdict).toBe('crashed');
});

test('members: what counts is what the token says', () => {
  const member = (clientId: string, data: unknown, role?: string) =>
    ({
      clientId,
      connectionId: `c-${clientId}`,
      data,
      extras: role ? { userClaim: JSON.stringify({ role, console: 'k', plan: 'pro' }) } : {},
    }) as never;
  const user = member('eve', { runs: ['r'], status: 'working', typing: 'yes' }, 'user');
  expect(shownMember(user, 'c-eve')).toEqual({
    connectionId: 'c-eve',
    author: { clientId: 'eve', role: 'user', claims: { plan: 'pro' } },
    isSelf: true,
    isAgent: false,
    isTyping: false,
    status: 'working',
  });
  expect(memberOf(user).runs).toEqual([]);
  expect(memberOf(member('bot', { runs: ['r', 7] })).runs).toEqual(['r']);
  expect(shownMember(member('bot', { runs: [] }), undefined).isAgent).toBe(true);
  expect(shownMember(member('x', null, 'agent'), undefined).isAgent).toBe(true);
  const some = ['b', 'a', 'c'].map((id) => shownMember(member(id, null), 'c-a'));
  expect(inOrder(some).map(({ author }) => author.clientId)).toEqual(['b', 'c', 'a']);
});

test('what was missed begins at the oldest stream that may have grown', () => {
  const channel = new Channel();
  const [asked, begun] = [channel.user('m', 'go'), channel.start('r', 'm')];
  const open = channel.text('r', 'a');
  const later = channel.output('r', 'a', { kind: 'finish-step' });
  const { read } = heard(asked, begun, open, later);
  const since = knownUpTo(read.tree, 0);
  expect(since.serial).toBe(open.serial);
  expect([begun, open, later].map((each) => covers(since, each))).toEqual([false, true, true]);
  const ended = heard(asked, begun, open, later, channel.end('r'));
  expect(knownUpTo(ended.read.tree, 0).serial > later.serial).toBe(true);
  const nothing = knownUpTo(heard().read.tree, 50_000);
  const at = (timestamp: number) => new Inbound({ serial: 's', timestamp });
  expect([at(39_000), at(41_000)].map((each) => covers(nothing, each))).toEqual([false, true]);
});

test('an update that only adds to a stream is what it adds', () => {
  const channel = new Channel();
  const text = channel.text('r', 'a');
  const grown = channel.append(text, 'one ');
  const { read } = heard(channel.user('m', 'go'), channel.start('r', 'm'), text, grown);
  const update = (data: unknown) =>
    new Inbound({
      ...{ action: 1, serial: text.serial, name: 'ai-output', data, clientId: 'robot' },
      extras: { ai: { transport: text.transport, codec: text.codec } },
      version: { serial: `${text.serial}-9`, timestamp: 7, clientId: 'robot' },
    });
  expect(asGrowth(read.tree, update('one two'))).toMatchObject({
    action: 5,
    data: 'two',
    version: `${text.serial}-9`,
    versionTimestamp: 7,
    transport: text.transport,
  });
  const other = update('another');
  expect(asGrowth(read.tree, other)).toBe(other);
});

test('what went wrong is told in plain words, with no token in it', () => {
  const token = 'eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.c2ln';
  const problem = problemOf({ code: 40142, message: `token ${token} expired` }, 'connect');
  expect(problem).toMatchObject({ code: 40142, hint: expect.stringContaining('run the cell') });
  expect(JSON.stringify(problem)).not.toContain('eyJ');
  const denied = failureOf({ code: 40160, message: 'x' }, 'publish');
  expect(denied).toBeInstanceOf(Failure);
  expect(denied.message).toBe('This token does not allow to publish.');
  expect(denied.hint).toContain("'publish'");
  const cause = { code: 40170, message: 'the kernel is busy' };
  const behind = problemOf({ code: 80019, message: 'callback failed', cause }, 'connect');
  expect(behind).toMatchObject({ code: 80019, message: 'Unable to connect: the kernel is busy' });
  for (const odd of [undefined, null, 'text', 7, {}, new Error('')]) {
    expect(problemOf(odd, 'connect').message).toMatch(/^Unable to connect: ./);
  }
});

test('notices are told once, and not for ever', () => {
  const notices = new Notices();
  notices.tell({ tone: 'info', text: 'a' });
  notices.tell({ tone: 'info', text: 'a' });
  notices.tell({ tone: 'info', text: 'a', runId: 'r' });
  expect(notices.list).toHaveLength(2);
  notices.dismiss(notices.list[0]?.id ?? 0);
  notices.tell({ tone: 'info', text: 'a' });
  expect(new Set(notices.list.map(({ id }) => id)).size).toBe(2);
  for (let at = 0; at < 50; at += 1) notices.tell({ tone: 'info', text: `${at}` });
  expect(notices.list.length).toBeLessThanOrEqual(20);
});

function heard(...messages: readonly Inbound[]): Conversation {
  const conversation = new Conversation('uimessage');
  for (const message of messages) conversation.hear(message);
  return conversation;
}
