/** Consoles at a real hub, with an agent of the official SDK. */

import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { ToKernel } from '../../src/kernel/protocol';
import { Hub, signToken } from './hub';
import { type Console, live, openConsole, saying, startAgent, texts, until } from './people';

vi.setConfig({ testTimeout: 20_000 });

const hub = new Hub();
const open: (() => unknown)[] = [];
let number = 0;
let session = '';

beforeAll(async () => {
  await hub.start();
}, 20_000);
afterAll(() => hub.stop());
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

function name(): string {
  number += 1;
  session = `room:${number}`;
  return session;
}

function console(
  ...given: Parameters<typeof openConsole> extends [Hub, string, ...infer R] ? R : never
): Console {
  const opened = openConsole(hub, session, ...given);
  open.push(opened.close);
  return opened;
}

async function agent(
  ...given: Parameters<typeof startAgent> extends [Hub, string, ...infer R] ? R : never
) {
  open.push(await startAgent(hub, session, ...given));
}

test('what one says, the agent answers, and everybody sees', async () => {
  name();
  await agent(() => saying('It is sunny today.'));
  const ann = console();
  const bob = console({ clientId: 'bob', claim: { role: 'user', plan: 'pro' } });
  await Promise.all([live(ann), live(bob)]);
  await bob.actions.send('What is the weather?');
  const isDone = (s: { runs: ReadonlyMap<string, { status: string }> }) =>
    [...s.runs.values()].some((run) => run.status === 'complete');
  const [atAnn, atBob] = await Promise.all([until(ann, isDone), until(bob, isDone)]);
  expect(texts(atAnn)).toEqual(['What is the weather?', 'It is sunny today.']);
  expect(atBob.messages).toEqual(atAnn.messages);
  const [asked, answered] = atAnn.messages;
  expect(asked?.author).toEqual({ clientId: 'bob', role: 'user', claims: { plan: 'pro' } });
  expect(answered?.author).toEqual({ clientId: 'robot', role: 'agent' });
  const [run] = atAnn.runs.values();
  expect(run).toMatchObject({
    owner: { clientId: 'bob' },
    answerer: { clientId: 'robot', role: 'agent' },
    status: 'complete',
    characters: 'It is sunny today.'.length,
    steps: 1,
    isOnPath: true,
    inputMessageId: asked?.id,
  });
  expect(run?.startedAt).toBeGreaterThanOrEqual(run?.askedAt ?? Infinity);
  expect(atAnn.graph.map(({ kind, label, parent }) => [kind, label, parent])).toEqual([
    ['input', 'What is the weather?', undefined],
    ['run', 'It is sunny today.', asked?.id],
  ]);
});

test('who joins in the middle has the text so far, and then the rest', async () => {
  name();
  const words = Array.from({ length: 60 }, (_, at) => `word${at}`).join(' ');
  await agent(() => saying(words, 25));
  const ann = console();
  await live(ann);
  await ann.actions.send('Count.');
  await until(ann, (s) => (s.messages[1]?.text.length ?? 0) > 40);
  const late = console({ clientId: 'late' });
  const joined = await until(late, (s) => s.messages.length === 2);
  expect(joined.messages[1]?.text.length).toBeGreaterThan(30);
  expect(joined.messages[1]?.parts.at(-1)).toMatchObject({ kind: 'text', isStreaming: true });
  expect(joined.openRuns).toHaveLength(1);
  const over = await until(late, (s) => s.openRuns.length === 0 && s.runs.size === 1);
  expect(over.messages[1]?.text).toBe(words);
  expect(over.messages[1]?.parts.at(-1)).toMatchObject({ kind: 'text', isStreaming: false });
  await until(ann, (s) => s.openRuns.length === 0);
  expect(ann.getState().messages).toEqual(over.messages);
});

test('what does not change stays the same object while a reply streams in', async () => {
  name();
  await agent(() => saying('one two three four five six seven eight nine ten', 20));
  const ann = console();
  await live(ann);
  await ann.actions.send('first');
  await until(ann, (s) => s.openRuns.length === 0 && s.runs.size === 1);
  const [asked, answered] = ann.getState().messages;
  const [run] = ann.getState().runs.values();
  const seen = new Set<unknown>();
  const off = ann.subscribe(() => {
    const state = ann.getState();
    expect(state.messages[0]).toBe(asked);
    expect(state.messages[1]).toBe(answered);
    expect(state.runs.get(run?.runId ?? '')).toBe(run);
    seen.add(state.messages[3]?.text);
  });
  await ann.actions.send('second');
  await until(ann, (s) => s.openRuns.length === 0 && s.runs.size === 2);
  off();
  expect(seen.size).toBeGreaterThan(3);
});

test('edits and regenerates make versions, which one goes through', async () => {
  name();
  let count = 0;
  await agent(() => {
    count += 1;
    return saying(`answer ${count}`);
  });
  const ann = console();
  const bob = console({ clientId: 'bob' });
  await Promise.all([live(ann), live(bob)]);
  const runs = (n: number) => (s: ReturnType<Console['getState']>) =>
    s.runs.size === n && s.openRuns.length === 0;
  await ann.actions.send('question');
  const first = await until(ann, runs(1));
  await ann.actions.regenerate(first.messages[1]?.id ?? '');
  const second = await until(ann, runs(2));
  expect(texts(second)).toEqual(['question', 'answer 2']);
  expect(second.messages[1]?.branch).toEqual({ index: 1, count: 2 });
  await until(bob, runs(2));
  await ann.actions.edit(second.messages[0]?.id ?? '', 'better question');
  const third = await until(ann, runs(3));
  expect(texts(third)).toEqual(['better question', 'answer 3']);
  expect(third.messages[0]?.branch).toEqual({ index: 1, count: 2 });
  // Who watched stays where they were.
  const atBob = await until(bob, runs(3));
  expect(texts(atBob)).toEqual(['question', 'answer 2']);
  bob.actions.select(atBob.messages[1]?.id ?? '', 0);
  expect(texts(await until(bob, (s) => s.messages[1]?.text === 'answer 1'))).toHaveLength(2);
  const [found] = bob.actions.search('BETTER quest');
  expect(found).toMatchObject({ isOnPath: false, excerpt: 'better question', begin: 0, end: 12 });
  bob.actions.reveal(found?.nodeKey ?? '');
  await until(bob, (s) => s.messages[1]?.text === 'answer 3');
  expect(bob.getState().graph.map(({ label, isOnPath }) => [label, isOnPath])).toEqual([
    ['question', false],
    ['answer 1', false],
    ['answer 2', false],
    ['better question', true],
    ['answer 3', true],
  ]);
});

test('a Run is steered, and stopped', async () => {
  name();
  await agent((run) => saying(run.messages.length > 2 ? 'shorter' : 'long '.repeat(40), 10));
  const ann = console();
  await live(ann);
  await ann.actions.send('Tell me.');
  const streaming = await until(ann, (s) => s.messages[1]?.text);
  const runId = streaming.openRuns[0]?.runId ?? '';
  await ann.actions.steer(runId, 'be brief');
  const steered = await until(ann, (s) => s.messages.some(({ text }) => text === 'be brief'));
  expect(steered.messages.find(({ text }) => text === 'be brief')?.steer).toBe('unsettled');
  const over = await until(ann, (s) => s.openRuns.length === 0);
  expect(over.messages.find(({ text }) => text === 'be brief')?.steer).toBe('consumed');
  expect(over.messages.at(-1)?.text).toBe('shorter');
  await expect(ann.actions.steer(runId, 'too late')).rejects.toThrow('over');

  await ann.actions.send('Once more.');
  await until(ann, (s) => s.openRuns.length === 1);
  expect(await ann.actions.cancelMine()).toBe(1);
  const stopped = await until(ann, (s) => s.runs.size === 2 && s.openRuns.length === 0);
  expect([...stopped.runs.values()][1]).toMatchObject({
    status: 'cancelled',
    cancel: { by: { clientId: 'ann' } },
  });
});

test('one stops a Run and says something else', async () => {
  name();
  await agent((run) =>
    saying(
      run.view.getMessages().some((m) => JSON.stringify(m).includes('tea'))
        ? 'Tea!'
        : 'coffee '.repeat(60),
      10,
    ),
  );
  const ann = console();
  await live(ann);
  await ann.actions.send('A drink?');
  const streaming = await until(ann, (s) => s.messages[1]?.text);
  await ann.actions.redirect(streaming.openRuns[0]?.runId ?? '', 'No, tea');
  const over = await until(ann, (s) => s.runs.size === 2 && s.openRuns.length === 0);
  expect(over.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant']);
  expect(over.messages[3]?.text).toBe('Tea!');
});

test('an agent that does not heed a cancel is shown as such', async () => {
  name();
  await agent(() => saying('on and on '.repeat(50), 60), { refuses: true });
  const ann = console();
  await live(ann);
  await ann.actions.send('Go.');
  const streaming = await until(ann, (s) => s.messages[1]?.text);
  const runId = streaming.openRuns[0]?.runId ?? '';
  await ann.actions.cancel(runId);
  await until(ann, (s) => s.runs.get(runId)?.cancel?.outcome === 'asked');
  const ignored = await until(ann, (s) => s.runs.get(runId)?.cancel?.outcome === 'ignored');
  expect(ignored.notices).toMatchObject([{ tone: 'warning', runId }]);
  ann.actions.dismiss(ignored.notices[0]?.id ?? 0);
  await until(ann, (s) => s.notices.length === 0);
});

test('a call waits for a person, who approves it with other arguments', async () => {
  name();
  const call = { toolCallId: 'c1', toolName: 'pay' };
  let isAnswered = false;
  await agent(
    async function* (run) {
      yield { type: 'start' };
      if (isAnswered) {
        const text = JSON.stringify(run.messages);
        yield { type: 'text-start', id: 't' };
        yield {
          type: 'text-delta',
          id: 't',
          delta: text.includes('approval-responded') ? 'paid' : 'no',
        };
        yield { type: 'text-end', id: 't' };
      } else {
        isAnswered = true;
        yield { type: 'tool-input-start', ...call };
        yield { type: 'tool-input-delta', toolCallId: 'c1', inputTextDelta: '{"amount":' };
        yield { type: 'tool-input-delta', toolCallId: 'c1', inputTextDelta: '5}' };
        yield { type: 'tool-input-available', ...call, input: { amount: 5 } };
        yield { type: 'tool-approval-request', toolCallId: 'c1', approvalId: 'a1' };
      }
      yield { type: 'finish' };
    },
    { waits: (run) => !JSON.stringify(run.messages).includes('"paid"') },
  );
  const ann = console();
  await live(ann);
  await ann.actions.send('Pay.');
  const waiting = await until(ann, (s) => s.openRuns[0]?.status === 'suspended');
  const message = waiting.messages[1];
  expect(message?.parts).toContainEqual({
    kind: 'tool',
    callId: 'c1',
    name: 'pay',
    state: 'approval-requested',
    input: { amount: 5 },
    approval: {},
    awaits: 'approval',
  });
  await expect(ann.actions.approve(message?.id ?? '', 'c9', {})).rejects.toThrow('no such');
  await ann.actions.approve(message?.id ?? '', 'c1', { arguments: { amount: 3 } });
  const over = await until(ann, (s) => s.openRuns.length === 0);
  expect(over.messages[1]?.parts.find(({ kind }) => kind === 'tool')).toMatchObject({
    state: 'approval-responded',
    approval: { isApproved: true, arguments: { amount: 3 } },
    answers: [{ kind: 'approved', by: ann.getState().self, arguments: { amount: 3 } }],
  });
  expect(over.messages.at(-1)?.text).toBe('paid');
});

test('what no agent begins can be taken back, and nobody answers it later', async () => {
  name();
  const ann = console();
  await live(ann);
  await ann.actions.send('Anybody?');
  const asked = await until(ann, (s) => s.messages[0]?.wish && s);
  expect(asked.messages[0]?.wish).toMatchObject({ by: ann.getState().self });
  await ann.actions.withdraw(asked.messages[0]?.wish?.inputId ?? '');
  await until(ann, (s) => s.messages[0]?.wish?.withdrawnBy);
  await agent(() => saying('here'));
  await ann.actions.send('And now?');
  const answered = await until(ann, (s) => s.runs.size > 0 && s.openRuns.length === 0 && s);
  expect(texts(answered)).toEqual(['Anybody?', 'And now?', 'here']);
  expect(answered.messages.map(({ wish }) => Boolean(wish))).toEqual([true, false, false]);
});

test('people see who is there, and who types', async () => {
  name();
  const ann = console({ clientId: 'ann', claim: { role: 'operator', console: 'x', team: 'blue' } });
  const bob = console({ clientId: 'bob' });
  const both = (s: ReturnType<Console['getState']>) => s.members.length === 2;
  const [atAnn] = await Promise.all([until(ann, both), until(bob, both)]);
  expect(atAnn.members.map(({ author, isSelf }) => [author.clientId, isSelf])).toEqual([
    ['bob', false],
    ['ann', true],
  ]);
  expect(atAnn.self).toEqual({ clientId: 'ann', role: 'operator', claims: { team: 'blue' } });
  bob.actions.typing();
  await until(ann, (s) => s.members[0]?.isTyping);
  await bob.actions.send('hello');
  await until(ann, (s) => s.members[0]?.isTyping === false);
  bob.close();
  await until(ann, (s) => s.members.length === 1);
});

test('what a token does not allow is refused here, and says why', async () => {
  name();
  const ann = console();
  await live(ann);
  await ann.actions.send('hello');
  const capability = { [session]: ['subscribe', 'history'] };
  const eve = console({ clientId: 'eve', capability });
  const state = await live(eve);
  expect(texts(state)).toEqual(['hello']);
  expect(state.permits.send).toEqual({ allowed: false, why: expect.stringContaining('token') });
  expect(state.permits.presence.allowed).toBe(false);
  await expect(eve.actions.send('me too')).rejects.toThrow('token');
  await until(ann, (s) => s.members.length === 1);

  const blind = console({ clientId: 'blind', capability: { [session]: ['subscribe', 'publish'] } });
  const unread = await until(blind, (s) => s.history.phase === 'failed');
  expect(unread.history.problem).toMatchObject({ code: 40160 });
  await expect(blind.actions.loadOlder()).rejects.toMatchObject({ code: 40160 });
  await blind.actions.send('I may speak');
  await until(blind, (s) => s.messages.length === 1);

  const mute = console({ clientId: 'mute', capability: { [session]: ['publish'] } });
  const failed = await until(mute, (s) => s.connection.phase === 'failed');
  expect(failed.connection.problem).toMatchObject({ code: 40160 });
  expect(mute.told).toContainEqual({ kind: 'problem', ...failed.connection.problem });
});

test('the kernel hears once that the page is refused, and again after it was not', async () => {
  name();
  let keyName = 'app.gone';
  const told: ToKernel[] = [];
  const ann = console(undefined, { onToKernel: (message) => told.push(message) });
  let lifeMs = 60_000;
  const push = () => {
    lifeMs += 1000;
    const pushed = signToken({ clientId: 'ann', lifeMs, keyName });
    ann.heard({ kind: 'token', ...pushed });
    return pushed.expires;
  };
  const refused = (expires: number) =>
    until(ann, ({ connection: c }) => c.phase === 'failed' && c.tokenExpires === expires);
  const { connection } = await refused(push());
  expect(connection.problem).toMatchObject({ code: 40400, hint: expect.any(String) });
  const problems = () => told.filter((message) => message.kind === 'problem');
  expect(problems()).toEqual([{ kind: 'problem', ...connection.problem }]);
  await refused(push());
  expect(problems()).toHaveLength(1);

  keyName = 'app.key';
  push();
  await live(ann);
  keyName = 'app.gone';
  await refused(push());
  expect(problems().map(({ code }) => code)).toEqual([40400, 40400]);
});

test('the kernel hears what is selected', async () => {
  name();
  await agent(() => saying('fine'));
  const ann = console();
  await live(ann);
  await ann.actions.send('How are you?');
  const { messages } = await until(ann, (s) => s.runs.size === 1 && s.openRuns.length === 0);
  ann.actions.focus(messages[1]?.id);
  await expect
    .poll(() => ann.told.at(-1), { timeout: 3000 })
    .toMatchObject({
      kind: 'selection',
      messageIds: messages.map(({ id }) => id),
      focused: messages[1]?.id,
      runIds: [messages[1]?.runId],
    });
});
