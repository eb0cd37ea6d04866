// Connections: how they come, stay, break and come back.

import assert from 'node:assert/strict';
import { after, reached } from './lab.mjs';
import { inState, listen, named, states, watch } from './queue.mjs';
import { run, scenario } from './runner.mjs';

scenario('connects, pings and closes', async (lab) => {
  const client = lab.realtime({ autoConnect: false, clientId: 'ann' });
  const seen = states(client.connection);
  client.connect();
  await reached(client.connection, 'connected');
  assert.match(client.connection.id, /^\S{6,}$/);
  assert.ok(client.connection.key.startsWith(client.connection.id));
  assert.ok((await client.connection.ping()) >= 0);
  assert.equal(client.auth.clientId, 'ann');
  client.close();
  const passed = (await seen.take(4)).map((change) => change.current);
  assert.deepEqual(passed, ['connecting', 'connected', 'closing', 'closed']);
  assert.equal(client.connection.createRecoveryKey(), null);
});

scenario('closing takes members out at once', async (lab) => {
  const [watcher, leaver] = await Promise.all([lab.connected(), lab.connected()]);
  const events = await watch(watcher.channels.get(lab.channel));
  await leaver.channels.get(lab.channel).presence.enterClient('bob', 'here');
  assert.equal((await events.next()).action, 'enter');
  const before = Date.now();
  leaver.close();
  const left = await events.next();
  assert.deepEqual([left.action, left.clientId, left.data], ['leave', 'bob', 'here']);
  assert.ok(Date.now() - before < 10_000, 'the leave came only after the grace');
});

scenario('idle connections are kept alive', async (lab) => {
  // The client gives up after the hub's interval and this time-out, if it hears nothing.
  const options = { realtimeRequestTimeout: 2_000 };
  const clients = await Promise.all([
    lab.connected(options),
    lab.connected({ ...options, transportParams: { heartbeats: 'true' } }),
  ]);
  const seen = clients.map((client) => states(client.connection));
  await after(18_500);
  for (const [index, client] of clients.entries()) {
    assert.deepEqual(seen[index].rest, []);
    assert.equal(client.connection.state, 'connected');
  }
});

scenario('a dropped socket resumes and nothing is missed', async (lab) => {
  const relay = await lab.relay();
  const client = await lab.connected({ relay });
  const channel = client.channels.get(lab.channel);
  const messages = await listen(channel);
  const { id, key } = client.connection;
  const rest = lab.rest();
  const elsewhere = rest.channels.get(lab.channel);
  await elsewhere.publish('m', '0');
  assert.equal((await messages.next()).data, '0');

  const connection = states(client.connection);
  const attaching = states(channel);
  relay.hold();
  await connection.upTo(inState('disconnected'), 'disconnected');
  for (const number of ['1', '2', '3']) await elsewhere.publish('m', number);
  relay.release();
  await connection.upTo(inState('connected'), 'connected');
  await elsewhere.publish('end', null);

  const missed = await messages.upTo(named('end'));
  assert.deepEqual(
    missed.map((message) => message.data),
    ['1', '2', '3'],
  );
  assert.equal(client.connection.id, id);
  assert.notEqual(client.connection.key, key);
  assert.equal(client.connection.errorReason, null);
  const updates = attaching.rest.filter((change) => change.current === 'attached');
  assert.ok(updates.length <= 1 && updates.every((change) => change.resumed));
});

scenario('another client recovers the connection', async (lab) => {
  const relay = await lab.relay();
  const first = await lab.connected({ relay });
  const before = await listen(first.channels.get(lab.channel));
  const elsewhere = lab.rest().channels.get(lab.channel);
  await elsewhere.publish('m', '0');
  assert.equal((await before.next()).data, '0');
  const { id } = first.connection;
  const recover = first.connection.createRecoveryKey();
  relay.hold();
  await elsewhere.publish('m', '1');
  await elsewhere.publish('m', '2');

  const second = await lab.connected({ recover });
  assert.equal(second.connection.id, id);
  assert.equal(second.connection.errorReason, null);
  const channel = second.channels.get(lab.channel);
  const attaching = states(channel);
  const messages = await listen(channel);
  await elsewhere.publish('end', null);
  assert.deepEqual(
    (await messages.upTo(named('end'))).map((message) => message.data),
    ['1', '2'],
  );
  const [attached] = (await attaching.take(2)).filter((change) => change.current === 'attached');
  assert.equal(attached.resumed, true);
});

scenario('a recovery that cannot be is told', async (lab) => {
  const recover = JSON.stringify({
    connectionKey: '_____!ablyjs_test_fake-key____',
    msgSerial: 7,
    channelSerials: {},
  });
  const client = lab.realtime({ recover, autoConnect: false });
  const seen = states(client.connection);
  client.connect();
  await seen.upTo(inState('connecting'));
  const connected = await seen.next();
  assert.equal(connected.current, 'connected');
  assert.equal(connected.reason.code, 80018);
  assert.ok(!client.connection.id.startsWith('_____'));
  const { serials } = await client.channels.get(lab.channel).publish('m', 'works');
  assert.equal(serials.length, 1);
});

scenario('a publish whose answer was lost is stored once', async (lab) => {
  const relay = await lab.relay();
  const [writer, reader] = await Promise.all([lab.connected({ relay }), lab.connected()]);
  const messages = await listen(reader.channels.get(lab.channel));
  const channel = writer.channels.get(lab.channel);
  await channel.attach();
  const connection = states(writer.connection);

  relay.mute();
  const publishing = channel.publish('m', 'once');
  assert.equal((await messages.next()).data, 'once');
  relay.hold();
  await connection.upTo(inState('disconnected'), 'disconnected');
  relay.release();
  const { serials } = await publishing;
  await channel.publish('end', null);
  assert.deepEqual(await messages.upTo(named('end')), []);
  const { items } = await channel.history();
  assert.deepEqual(
    items.map((message) => message.name),
    ['end', 'm'],
  );
  assert.equal(items[1].serial, serials[0]);
});

scenario('an append whose answer was lost is applied once', async (lab) => {
  const relay = await lab.relay();
  const [writer, reader] = await Promise.all([lab.connected({ relay }), lab.connected()]);
  const messages = await listen(reader.channels.get(lab.channel));
  const channel = writer.channels.get(lab.channel);
  const { serials } = await channel.publish('m', '01234');
  const serial = serials[0];
  await messages.next();
  const connection = states(writer.connection);

  relay.mute();
  const appending = ['5', '6', '7'].map((data) => channel.appendMessage({ serial, data }));
  assert.deepEqual(
    (await messages.take(3)).map((message) => message.data),
    ['5', '6', '7'],
  );
  relay.hold();
  await connection.upTo(inState('disconnected'), 'disconnected');
  relay.release();
  const versions = (await Promise.all(appending)).map((result) => result.versionSerial);
  await channel.appendMessage({ serial, data: '89' });
  await channel.publish('end', null);
  const later = await messages.upTo(named('end'));
  assert.deepEqual(
    later.map((message) => message.data),
    ['89'],
  );
  assert.deepEqual(versions, [...new Set(versions)].sort());
  const { items } = await channel.history();
  assert.equal(items[1].data, '0123456789');
});

scenario('what was queued while disconnected is published in order', async (lab) => {
  const relay = await lab.relay();
  const [writer, reader] = await Promise.all([lab.connected({ relay }), lab.connected()]);
  const messages = await listen(reader.channels.get(lab.channel));
  const connection = states(writer.connection);
  const channel = writer.channels.get(lab.channel);
  relay.hold();
  await connection.upTo(inState('disconnected'), 'disconnected');
  const publishing = ['1', '2', '3'].map((number) => channel.publish('m', number));
  relay.release();
  await Promise.all(publishing);
  await channel.publish('end', null);
  assert.deepEqual(
    (await messages.upTo(named('end'))).map((m) => m.data),
    ['1', '2', '3'],
  );
});

scenario('a client that does not want its echo gets none', async (lab) => {
  const [mute, other] = await Promise.all([
    lab.connected({ echoMessages: false }),
    lab.connected(),
  ]);
  const messages = await listen(mute.channels.get(lab.channel));
  const heard = await listen(other.channels.get(lab.channel));
  await mute.channels.get(lab.channel).publish('own', 'x');
  await heard.next();
  await other.channels.get(lab.channel).publish('other', 'x');
  await lab.rest().channels.get(lab.channel).publish('end', 'x');
  assert.deepEqual(
    (await messages.upTo(named('end'))).map((m) => m.name),
    ['other'],
  );
});

await run();
