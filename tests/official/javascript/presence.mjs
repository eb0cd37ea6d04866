// Presence: who is there, who sees it, and when one has gone.

import assert from 'node:assert/strict';
import { inState, Queue, refused, states, watch } from './queue.mjs';
import { run, scenario } from './runner.mjs';

const shown = (event) => [event.action, event.clientId, event.data];
const ofClient = (clientId) => (event) => event.clientId === clientId;
const byName = (a, b) => (a[1] < b[1] ? -1 : 1);

scenario('one enters, changes and leaves', async (lab) => {
  const [ann, watcher] = await Promise.all([lab.connected({ clientId: 'ann' }), lab.connected()]);
  const watched = watcher.channels.get(lab.channel);
  const events = await watch(watched);
  const own = await watch(ann.channels.get(lab.channel));
  const { presence } = ann.channels.get(lab.channel);
  await presence.enter({ mood: '\u{1F642}' });
  await presence.update(Buffer.from([1, 0, 255]));
  assert.deepEqual(
    (await watched.presence.get()).map((one) => one.clientId),
    ['ann'],
  );
  await presence.leave('bye');

  for (const queue of [events, own]) {
    const [entered, updated, left] = await queue.take(3);
    assert.deepEqual(shown(entered), ['enter', 'ann', { mood: '\u{1F642}' }]);
    assert.deepEqual([updated.action, updated.clientId], ['update', 'ann']);
    assert.deepEqual(Buffer.from(updated.data), Buffer.from([1, 0, 255]));
    assert.deepEqual(shown(left), ['leave', 'ann', 'bye']);
    assert.ok([entered, updated, left].every((one) => one.connectionId === ann.connection.id));
  }
  assert.deepEqual(await watched.presence.get(), []);
});

scenario('a key may enter anyone', async (lab) => {
  const [host, watcher] = await Promise.all([lab.connected(), lab.connected()]);
  const events = await watch(watcher.channels.get(lab.channel));
  const { presence } = host.channels.get(lab.channel);
  await presence.enterClient('ann', 'a');
  await presence.enterClient('bob', 'b');
  await presence.updateClient('ann', 'A');
  await presence.leaveClient('bob');
  const seen = (await events.take(4)).map(shown);
  assert.deepEqual(seen.slice(0, 3), [
    ['enter', 'ann', 'a'],
    ['enter', 'bob', 'b'],
    ['update', 'ann', 'A'],
  ]);
  assert.deepEqual(seen[3].slice(0, 2), ['leave', 'bob']);
  const members = await watcher.channels.get(lab.channel).presence.get();
  assert.deepEqual(members.map(shown), [['present', 'ann', 'A']]);
});

scenario('who comes later is told who is there', async (lab) => {
  const host = await lab.connected();
  const { presence } = host.channels.get(lab.channel);
  const names = Array.from(
    { length: 250 },
    (_, index) => `member-${String(index).padStart(3, '0')}`,
  );
  await Promise.all(names.map((name) => presence.enterClient(name, `data of ${name}`)));
  const late = await lab.connected({ format: lab.otherFormat });
  const channel = late.channels.get(lab.channel);
  const change = await channel.attach();
  assert.equal(change.resumed, false);
  const members = await channel.presence.get();
  const expected = names.map((name) => ['present', name, `data of ${name}`]);
  assert.deepEqual(members.map(shown).sort(byName), expected);
  assert.ok(members.every((one) => one.connectionId === host.connection.id));
  const one = await channel.presence.get({ clientId: 'member-007' });
  assert.deepEqual(one.map(shown), [['present', 'member-007', 'data of member-007']]);
  const rest = lab.rest().channels.get(lab.channel);
  const pages = [];
  for (let page = await rest.presence.get({ limit: 100 }); page; page = await page.next()) {
    pages.push(page.items.length);
  }
  assert.deepEqual(pages, [100, 100, 50]);
});

scenario('the same name on two connections is two members', async (lab) => {
  const [first, second] = await Promise.all([
    lab.connected({ clientId: 'ann' }),
    lab.connected({ clientId: 'ann' }),
  ]);
  const events = await watch(first.channels.get(lab.channel));
  await first.channels.get(lab.channel).presence.enter('1');
  await second.channels.get(lab.channel).presence.enter('2');
  await events.take(2);
  const rest = lab.rest().channels.get(lab.channel);
  assert.equal((await rest.presence.get()).items.length, 2);
  const { items } = await rest.presence.get({ connectionId: second.connection.id });
  assert.deepEqual(items.map(shown), [['present', 'ann', '2']]);
  await second.channels.get(lab.channel).presence.leave();
  const left = await events.next();
  assert.deepEqual([left.action, left.connectionId], ['leave', second.connection.id]);
  const members = await first.channels.get(lab.channel).presence.get();
  assert.deepEqual(members.map(shown), [['present', 'ann', '1']]);
});

scenario('who vanishes has left after the grace', async (lab) => {
  const relay = await lab.relay();
  const transportParams = { remainPresentFor: '1500' };
  const [vanishing, watcher] = await Promise.all([
    lab.connected({ relay, transportParams, clientId: 'ann' }),
    lab.connected(),
  ]);
  const channel = watcher.channels.get(lab.channel);
  const events = await watch(channel);
  await vanishing.channels.get(lab.channel).presence.enter('here');
  assert.deepEqual(shown(await events.next()), ['enter', 'ann', 'here']);
  const { id } = vanishing.connection;
  const before = Date.now();
  relay.hold();
  assert.equal((await lab.rest().channels.get(lab.channel).presence.get()).items.length, 1);
  const left = await events.next();
  assert.deepEqual([left.action, left.clientId, left.connectionId], ['leave', 'ann', id]);
  const away = Date.now() - before;
  assert.ok(away >= 1_400 && away < 10_000, `it left after ${away} ms`);
  assert.deepEqual(await channel.presence.get(), []);

  relay.release();
  const again = await events.next();
  assert.deepEqual(shown(again), ['enter', 'ann', 'here']);
});

scenario('who comes back within the grace has not left', async (lab) => {
  const relay = await lab.relay();
  const [back, watcher] = await Promise.all([
    lab.connected({ relay, clientId: 'ann' }),
    lab.connected(),
  ]);
  const events = await watch(watcher.channels.get(lab.channel));
  const { presence } = back.channels.get(lab.channel);
  await presence.enter('here');
  await events.next();
  const connection = states(back.connection);
  relay.cut();
  await connection.upTo(inState('disconnected'), 'disconnected');
  await connection.upTo(inState('connected'), 'connected');
  await watcher.channels.get(lab.channel).presence.enterClient('end');
  const between = await events.upTo(ofClient('end'));
  assert.ok(
    between.every((event) => event.action !== 'leave'),
    JSON.stringify(between),
  );
  assert.deepEqual((await presence.get({ clientId: 'ann' })).map(shown), [
    ['present', 'ann', 'here'],
  ]);
});

scenario('a detach takes the members out', async (lab) => {
  const [ann, watcher] = await Promise.all([lab.connected({ clientId: 'ann' }), lab.connected()]);
  const events = await watch(watcher.channels.get(lab.channel));
  const channel = ann.channels.get(lab.channel);
  await channel.presence.enter('here');
  await channel.detach();
  assert.deepEqual((await events.take(2)).map(shown), [
    ['enter', 'ann', 'here'],
    ['leave', 'ann', 'here'],
  ]);
  await channel.presence.enter('again');
  assert.deepEqual(shown(await events.next()), ['enter', 'ann', 'again']);
});

scenario('who was away finds out who has left', async (lab) => {
  const relay = await lab.relay();
  const [away, leaving, staying] = await Promise.all([
    lab.connected({ relay }),
    lab.connected({ clientId: 'leaving' }),
    lab.connected({ clientId: 'staying' }),
  ]);
  for (const client of [leaving, staying]) await client.channels.get(lab.channel).presence.enter();
  const channel = away.channels.get(lab.channel);
  const events = new Queue();
  await channel.attach();
  await channel.presence.get();
  await channel.presence.subscribe(['leave', 'enter'], events.push);
  const connection = states(away.connection);
  relay.hold();
  await connection.upTo(inState('disconnected'), 'disconnected');
  await leaving.channels.get(lab.channel).presence.leave();
  relay.release();
  await connection.upTo(inState('connected'), 'connected');
  const event = await events.next();
  assert.deepEqual([event.action, event.clientId], ['leave', 'leaving']);
  assert.deepEqual(
    (await channel.presence.get()).map((one) => one.clientId),
    ['staying'],
  );
  await staying.channels.get(lab.channel).presence.leave();
  await staying.channels.get(lab.channel).presence.enter('back');
  const more = await events.upTo((one) => one.action === 'enter', 'the next to enter');
  assert.deepEqual(more.map(shown), [['leave', 'staying', undefined]]);
});

scenario('presence has a history', async (lab) => {
  const host = await lab.connected();
  const { presence } = host.channels.get(lab.channel);
  await presence.enterClient('ann', '1');
  await presence.updateClient('ann', '2');
  await presence.leaveClient('ann', '3');
  const expected = [
    ['enter', 'ann', '1'],
    ['update', 'ann', '2'],
    ['leave', 'ann', '3'],
  ];
  const newest = await presence.history();
  assert.deepEqual(newest.items.map(shown), expected.toReversed());
  const rest = lab.rest().channels.get(lab.channel).presence;
  const first = await rest.history({ direction: 'forwards', limit: 2 });
  assert.deepEqual(first.items.map(shown), expected.slice(0, 2));
  const second = await first.next();
  assert.deepEqual(second.items.map(shown), expected.slice(2));
  assert.equal(second.isLast(), true);
});

scenario('nobody enters without a name', async (lab) => {
  const token = lab.jwt();
  const client = await lab.connected({ token });
  await refused(client.channels.get(lab.channel).presence.enterClient('ann'), 40012);
  const { items } = await lab.rest().channels.get(lab.channel).presence.get();
  assert.deepEqual(items, []);
});

await run();
