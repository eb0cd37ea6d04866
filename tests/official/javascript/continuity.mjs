// What a client is told when its hub was restarted, or does not have any more what it missed.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inState, listen, named, states } from './queue.mjs';
import { run, scenario } from './runner.mjs';

const dataOf = (messages) => messages.map((message) => message.data);

/** Calls `work` with a new folder, and removes that. */
async function withFolder(work) {
  const folder = await mkdtemp(join(tmpdir(), 'official-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Waits until the channel was attached anew, and returns what it was told. */
async function attachedAgain(attaching) {
  await attaching.upTo(inState('attaching'), 'attaching');
  return attaching.next();
}

scenario('a hub that was killed knows its clients again', (lab) =>
  withFolder(async (folder) => {
    const hub = await lab.ownHub('--data', folder);
    const relay = await lab.relay();
    const client = await lab.connected({ relay });
    const channel = client.channels.get(lab.channel);
    const messages = await listen(channel);
    const { serials } = await channel.publish('m', '1');
    await messages.next();
    const { id } = client.connection;
    const connection = states(client.connection);
    const attaching = states(channel);
    relay.hold();
    await connection.upTo(inState('disconnected'), 'disconnected');
    const elsewhere = lab.rest().channels.get(lab.channel);
    await elsewhere.publish('m', '2');
    await hub.kill();
    await hub.start();
    await elsewhere.publish('m', '3');
    await elsewhere.appendMessage({ serial: serials[0], data: '!' });
    relay.release();
    await connection.upTo(inState('connected'), 'connected');
    await elsewhere.publish('end', 'x');
    const missed = await messages.upTo(named('end'));
    // The hub does not know what the client has of the first: it comes whole.
    assert.deepEqual(dataOf(missed), ['2', '3', '1!']);
    assert.equal(missed[2].action, 'message.update');
    assert.equal(client.connection.id, id);
    assert.ok(attaching.rest.every((change) => change.current !== 'attached' || change.resumed));
    const { items } = await channel.history();
    assert.deepEqual(dataOf(items), ['x', '3', '2', '1!']);
  }),
);

scenario('a publish under way when the hub is killed is stored once', (lab) =>
  withFolder(async (folder) => {
    const hub = await lab.ownHub('--data', folder);
    const relay = await lab.relay();
    const writer = await lab.connected({ relay });
    const reader = await lab.connected();
    const messages = await listen(reader.channels.get(lab.channel));
    const channel = writer.channels.get(lab.channel);
    await channel.attach();
    const connection = states(writer.connection);
    relay.mute();
    const publishing = channel.publish('m', 'once');
    const { serial } = await messages.next();
    await hub.kill();
    await connection.upTo(inState('disconnected'), 'disconnected');
    relay.hold();
    await hub.start();
    relay.release();
    assert.deepEqual((await publishing).serials, [serial]);
    const { items } = await channel.history();
    assert.deepEqual(
      items.map((message) => message.serial),
      [serial],
    );
  }),
);

scenario('a hub that kept nothing says so', async (lab) => {
  const hub = await lab.ownHub();
  const client = await lab.connected();
  const channel = client.channels.get(lab.channel);
  const messages = await listen(channel);
  await channel.publish('m', '1');
  await messages.next();
  const { id } = client.connection;
  const connection = states(client.connection);
  const attaching = states(channel);
  await hub.kill();
  await connection.upTo(inState('disconnected'), 'disconnected');
  await hub.start();
  await connection.upTo(inState('connected'), 'connected');
  const attached = await attachedAgain(attaching);
  assert.deepEqual([attached.current, attached.resumed], ['attached', false]);
  assert.equal(attached.reason.code, 90003);
  assert.notEqual(client.connection.id, id);
  await channel.publish('m', '2');
  assert.deepEqual(dataOf(await messages.take(1)), ['2']);
});

scenario('who was away for too long is told that something is missing', async (lab) => {
  await lab.ownHub('--retention', '1', '--rule', 'brief=mutable');
  const name = `brief:${lab.channel}`;
  const relay = await lab.relay();
  const client = await lab.connected({ relay });
  const channel = client.channels.get(name);
  const messages = await listen(channel);
  await channel.publish('m', '1');
  await messages.next();
  const connection = states(client.connection);
  const attaching = states(channel);
  relay.hold();
  await connection.upTo(inState('disconnected'), 'disconnected');
  const elsewhere = lab.rest().channels.get(name);
  await elsewhere.publish('m', '2');
  while ((await elsewhere.history()).items.length > 0);
  relay.release();
  await connection.upTo(inState('connected'), 'connected');
  const attached = await attachedAgain(attaching);
  assert.deepEqual([attached.current, attached.resumed], ['attached', false]);
  assert.equal(attached.reason.code, 90003);
  await elsewhere.publish('m', '3');
  assert.deepEqual(dataOf(await messages.take(1)), ['3']);
});

await run();
