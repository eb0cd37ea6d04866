/// <reference types="node" />
/** Consoles whose hub, network or tokens come and go. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Client } from '../../src/socket/client';
import { Hub, signToken } from './hub';
import { type Console, live, openConsole, saying, startAgent, texts, until } from './people';
import { Relay } from './relay';

const clients: Client[] = [];
vi.mock('../../src/socket/client', async (original) => {
  const real = await original<typeof import('../../src/socket/client')>();
  const makeClient: typeof real.makeClient = (...given) => {
    const client = real.makeClient(...given);
    clients.push(client);
    return client;
  };
  return { ...real, makeClient };
});

const ROOM = 'room:1';
const open: (() => unknown)[] = [];
let hub: Hub;
let relay: Relay;

beforeEach(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'console-'));
  open.push(() => rmSync(folder, { recursive: true, force: true }));
  hub = await new Hub(folder).start();
  open.push(() => hub.stop());
  relay = await new Relay(hub).start();
  open.push(() => relay.close());
  clients.length = 0;
}, 20_000);

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

function console(
  ...given: Parameters<typeof openConsole> extends [Hub, string, ...infer R] ? R : never
): Console {
  const opened = openConsole(hub, ROOM, ...given);
  open.push(opened.close);
  return opened;
}

/** One who is at the hub by the way that may be cut. */
function far(): Console {
  return console(undefined, { where: { ...hub.where, port: relay.port } });
}

/** What a console shows that comes only now. */
async function fresh(count: number): Promise<Console> {
  const opened = console({ clientId: 'fresh' });
  await live(opened);
  await until(opened, (s) => s.messages.length === count && s.openRuns.length === 0);
  return opened;
}

for (const isResumed of [true, false]) {
  test(`who was cut off shows what history has, ${isResumed ? '' : 'not '}resumed`, async () => {
    let isFirst = true;
    open.push(
      await startAgent(hub, ROOM, () => {
        const text = isFirst ? 'word '.repeat(150) : 'second';
        const pause = isFirst ? 10 : 0;
        isFirst = false;
        return saying(text, pause);
      }),
    );
    const ann = far();
    const bob = console({ clientId: 'bob' });
    await Promise.all([live(ann), live(bob)]);
    await ann.actions.send('one');
    await until(ann, (s) => (s.messages[1]?.text.length ?? 0) > 50);
    relay.cut();
    const away = await until(ann, (s) => s.connection.phase === 'away');
    expect(away.permits.send.allowed).toBe(false);
    await expect(ann.actions.send('into the void')).rejects.toThrow('Not connected');
    await until(bob, (s) => s.openRuns.length === 0);
    await bob.actions.send('two');
    await until(bob, (s) => s.runs.size === 2 && s.openRuns.length === 0);
    if (!isResumed) clients.forEach(forget);
    relay.mend();
    const back = await until(
      ann,
      (s) => s.connection.phase === 'live' && s.runs.size === 2 && s.openRuns.length === 0,
    );
    expect(texts(back)).toEqual(['one', 'word '.repeat(150), 'two', 'second']);
    expect(back.messages).toEqual((await fresh(4)).getState().messages);
    await ann.actions.send('three');
    await until(ann, (s) => s.runs.size === 3);
  }, 20_000);
}

test('a hub that is started again is found again', async () => {
  const ann = console();
  await live(ann);
  await ann.actions.send('before');
  await until(ann, (s) => s.messages.length === 1);
  await hub.stop('SIGKILL');
  await until(ann, (s) => s.connection.phase === 'away');
  await hub.start();
  await until(ann, (s) => s.connection.phase === 'live');
  await ann.actions.send('after');
  const state = await until(ann, (s) => s.messages.length === 2);
  expect(texts(state)).toEqual(['before', 'after']);
  expect(state.messages).toEqual((await fresh(2)).getState().messages);
  await until(ann, (s) => s.members.some(({ isSelf }) => isSelf));
}, 30_000);

test('tokens are renewed before they expire, over the same connection', async () => {
  const ann = console({ clientId: 'ann', lifeMs: 5000 });
  await live(ann);
  const id = clients[0]?.realtime.connection.id;
  const phases = new Set<string>();
  ann.subscribe(() => phases.add(ann.getState().connection.phase));
  const first = ann.getState().connection.tokenExpires ?? 0;
  await until(ann, (s) => (s.connection.tokenExpires ?? 0) > first + 4000, 15_000);
  await ann.actions.send('still here');
  await until(ann, (s) => s.messages.length === 1);
  expect(clients[0]?.realtime.connection.id).toBe(id);
  expect([...phases]).toEqual(['live']);
}, 20_000);

test('who has no token says so, and goes on when one comes', async () => {
  const told: string[] = [];
  const ann = console(
    { clientId: 'ann', lifeMs: 3000 },
    { onToKernel: ({ kind }) => told.push(kind) },
  );
  await live(ann);
  await until(ann, (s) => s.connection.phase === 'waiting for a token', 15_000);
  expect(told).toContain('token please');
  ann.heard({ kind: 'no token', message: 'the kernel is busy', hint: 'wait' });
  const away = await until(ann, (s) => s.connection.problem?.hint === 'wait');
  expect(away.connection.phase).toBe('waiting for a token');
  ann.heard({ kind: 'token', ...signToken({ clientId: 'ann' }) });
  await until(ann, (s) => s.connection.phase === 'live');
  expect(ann.getState().connection.problem).toBeUndefined();
}, 30_000);

test('a server that comes late is reached, and what is shown has no token in it', async () => {
  await hub.stop();
  const { token, expires } = signToken({ clientId: 'ann' });
  const ann = console(undefined, { onToKernel: () => {} });
  ann.heard({ kind: 'token', token, expires });
  const away = await until(ann, (s) => s.connection.problem);
  expect(away.connection.problem?.message).toContain(`127.0.0.1:${hub.port}`);
  await hub.start();
  const state = await live(ann);
  expect(state.connection).toMatchObject({ route: 'direct', address: `127.0.0.1:${hub.port}` });
  expect(JSON.stringify(state)).not.toContain(token);
}, 30_000);

test('all of a long history can be read, and its reading stopped', async () => {
  const ann = console();
  await live(ann);
  const { realtime } = clients[0] ?? {};
  const channel = realtime?.channels.get(ROOM);
  for (let at = 0; at < 12; at += 1) {
    const some = Array.from({ length: 100 }, (_, of) => userMessage(at * 100 + of));
    await channel?.publish(some);
  }
  await until(ann, (s) => s.messages.length === 1200, 20_000);
  const bob = console({ clientId: 'bob' });
  const begun = await live(bob);
  expect(begun.history.hasOlder).toBe(true);
  expect(begun.messages.length).toBeLessThan(200);
  expect(begun.history.isBeginningMissing).toBe(false);
  await bob.actions.loadOlder();
  await until(bob, (s) => s.messages.length > begun.messages.length);
  const stopped = new AbortController();
  stopped.abort();
  await bob.actions.loadAll(stopped.signal);
  expect(bob.getState().history.hasOlder).toBe(true);
  await bob.actions.loadAll(new AbortController().signal);
  const all = await until(bob, (s) => !s.history.hasOlder);
  expect(all.messages).toEqual(ann.getState().messages);
}, 40_000);

function userMessage(number: number): object {
  const id = `m${number}`;
  const parent = number > 0 ? { parent: `m${number - 1}` } : {};
  const transport = { role: 'user', 'codec-message-id': id, 'event-id': `e${number}`, ...parent };
  const codec = { kind: 'user-message', messageId: id, partType: 'text' };
  const extras = { ai: { transport: { ...transport, stream: 'false', discrete: 'true' }, codec } };
  return { name: 'ai-input', data: `text ${number}`, extras };
}

/** Has a client come back as one that the server does not know. */
function forget(client: Client): void {
  const { connection, channels } = client.realtime as unknown as {
    connection: { connectionManager: { connectionKey?: string } };
    channels: { get(name: string): { properties: { channelSerial?: string } } };
  };
  delete connection.connectionManager.connectionKey;
  delete channels.get(ROOM).properties.channelSerial;
}
