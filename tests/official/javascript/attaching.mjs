// Attachments: modes, rewind and the other parameters, and what they are told when they come back.

import assert from 'node:assert/strict';
import { after, reached } from './lab.mjs';
import { inState, listen, named, refused, states, watch } from './queue.mjs';
import { run, scenario } from './runner.mjs';

const USUAL = ['presence', 'publish', 'subscribe', 'presence_subscribe', 'annotation_publish'];

const dataOf = (messages) => messages.map((message) => message.data);

scenario('the usual modes are given, and those asked for', async (lab) => {
  const client = await lab.connected();
  const usual = client.channels.get(lab.channel);
  const change = await usual.attach();
  assert.deepEqual(usual.modes, USUAL);
  assert.equal(change.resumed, false);
  assert.equal(change.hasBacklog ?? false, false);

  const flagged = client.channels.get(`${lab.channel}:1`, { modes: ['PUBLISH', 'SUBSCRIBE'] });
  await flagged.attach();
  assert.deepEqual(flagged.modes, ['publish', 'subscribe']);
  const params = { modes: 'subscribe,presence', unheard: 'of' };
  const named = client.channels.get(`${lab.channel}:2`, { params, modes: ['PUBLISH'] });
  await named.attach();
  assert.deepEqual(named.modes, ['presence', 'subscribe']);
  assert.deepEqual(named.params, { modes: 'subscribe,presence' });
});

scenario('without a mode there is nothing of its kind', async (lab) => {
  const [deaf, other] = await Promise.all([
    lab.connected({ clientId: 'ann' }),
    lab.connected({ clientId: 'bob' }),
  ]);
  const modes = ['PUBLISH', 'PRESENCE'];
  const publishing = deaf.channels.get(lab.channel, { modes });
  await publishing.attach();
  const heard = [];
  await publishing.subscribe((message) => heard.push(message)).catch(() => {});
  await publishing.presence.subscribe((event) => heard.push(event)).catch(() => {});
  const channel = other.channels.get(lab.channel);
  const messages = await listen(channel);
  await channel.presence.enter();
  await channel.publish('m', 'x');
  await publishing.presence.enter();
  await publishing.publish('m', 'y');
  assert.deepEqual(dataOf(await messages.take(2)), ['x', 'y']);
  await deaf.connection.ping();
  // Its own member it hears of whatever its modes are, or it could not enter it again.
  assert.deepEqual(heard.map(({ action, clientId }) => [action, clientId]), [['enter', 'ann']]);
  assert.deepEqual((await publishing.presence.get()).map(({ clientId }) => clientId), ['ann']);
  await publishing.setOptions({ modes: [...modes, 'SUBSCRIBE'] });
  await channel.publish('m', 'z');
  await messages.next();
  await deaf.connection.ping();
  assert.equal(heard.at(-1).data, 'z');

  const listening = other.channels.get(`${lab.channel}:2`, { modes: ['SUBSCRIBE'] });
  await listening.attach();
  await refused(listening.publish('m', 'x'), 40160, 401);
  await refused(listening.presence.enter(), 40160, 401);
});

scenario('one channel may be without an echo', async (lab) => {
  const [agent, other] = await Promise.all([lab.connected(), lab.connected()]);
  const channel = agent.channels.get(lab.channel, { params: { echo: 'false' } });
  const messages = await listen(channel);
  assert.deepEqual(channel.params, { echo: 'false' });
  const { serials } = await channel.publish('m', 'mine');
  await other.channels.get(lab.channel).publish('m', 'theirs');
  await other.channels.get(lab.channel).appendMessage({ serial: serials[0], data: '!' });
  const told = await messages.take(2);
  assert.deepEqual(dataOf(told), ['theirs', 'mine!']);
  assert.equal(told[1].action, 'message.update');
});

scenario('rewind by count brings the last ones', async (lab) => {
  const [writer, reader] = await Promise.all([lab.connected(), lab.connected()]);
  const channel = writer.channels.get(lab.channel);
  const empty = reader.channels.get(`${lab.channel}:empty`, { params: { rewind: '2' } });
  assert.equal((await empty.attach()).hasBacklog ?? false, false);
  for (const data of ['1', '2', '3', '4']) await channel.publish('m', data);
  const rewound = reader.channels.get(lab.channel, { params: { rewind: '2' } });
  const attaching = states(rewound);
  const messages = await listen(rewound);
  const change = (await attaching.take(2)).find(inState('attached'));
  assert.deepEqual([change.hasBacklog, change.resumed], [true, false]);
  assert.deepEqual(rewound.params, { rewind: '2' });
  await channel.publish('m', '5');
  assert.deepEqual(dataOf(await messages.take(3)), ['3', '4', '5']);
  await rewound.detach();
  await rewound.attach();
  await channel.publish('m', '6');
  assert.deepEqual(dataOf(await messages.take(3)), ['4', '5', '6']);
  const qualified = writer.channels.get(`[?rewind=1]${lab.channel}`);
  const once = await listen(qualified);
  assert.deepEqual(dataOf(await once.take(1)), ['6']);
});

scenario('rewind by time brings what is not older', async (lab) => {
  const [writer, reader] = await Promise.all([lab.connected(), lab.connected()]);
  const channel = writer.channels.get(lab.channel);
  await channel.publish('m', 'old');
  await after(4_200);
  await channel.publish('m', 'new');
  const short = await listen(reader.channels.get(lab.channel, { params: { rewind: '4s' } }));
  assert.deepEqual(dataOf(await short.take(1)), ['new']);
  const long = await listen(writer.channels.get(lab.channel));
  await writer.channels.get(lab.channel).detach();
  await writer.channels.get(lab.channel).setOptions({ params: { rewind: '2m' } });
  await writer.channels.get(lab.channel).attach();
  assert.deepEqual(dataOf(await long.take(2)), ['old', 'new']);
});

scenario('a connection that comes back does not rewind again', async (lab) => {
  const relay = await lab.relay();
  const client = await lab.connected({ relay });
  const elsewhere = lab.rest().channels.get(lab.channel);
  await elsewhere.publish('m', '1');
  const channel = client.channels.get(lab.channel, { params: { rewind: '1' } });
  const messages = await listen(channel);
  assert.deepEqual(dataOf(await messages.take(1)), ['1']);
  const connection = states(client.connection);
  relay.cut();
  await connection.upTo(inState('disconnected'), 'disconnected');
  await connection.upTo(inState('connected'), 'connected');
  await elsewhere.publish('end', 'x');
  assert.deepEqual(await messages.upTo(named('end')), []);
});

scenario('with appendMode full every append comes whole', async (lab) => {
  const [writer, reader] = await Promise.all([lab.connected(), lab.connected()]);
  const full = reader.channels.get(lab.channel, { params: { appendMode: 'full' } });
  const messages = await listen(full);
  assert.deepEqual(full.params, { appendMode: 'full' });
  const channel = writer.channels.get(lab.channel);
  const { serials } = await channel.publish('m', 'a');
  await channel.appendMessage({ serial: serials[0], data: 'b' });
  await channel.appendMessage({ serial: serials[0], data: 'c' });
  const seen = await messages.take(3);
  assert.deepEqual(
    seen.map((message) => [message.action, message.name, message.data]),
    [
      ['message.create', 'm', 'a'],
      ['message.update', 'm', 'ab'],
      ['message.update', 'm', 'abc'],
    ],
  );
});

scenario('who asks for deltas gets whole messages', async (lab) => {
  const client = await lab.connected();
  const channel = client.channels.get(lab.channel, { params: { delta: 'vcdiff' } });
  const messages = await listen(channel);
  const text = 'the same again and again '.repeat(20);
  for (const end of ['1', '2', '3']) await channel.publish('m', text + end);
  const seen = await messages.take(3);
  assert.deepEqual(dataOf(seen), [`${text}1`, `${text}2`, `${text}3`]);
  assert.ok(seen.every((message) => message.encoding == null && !message.extras?.delta));
});

scenario('an invalid channel or parameter fails the channel alone', async (lab) => {
  const client = await lab.connected();
  for (const name of [':bad', '::', 'x'.repeat(3_000)]) {
    const channel = client.channels.get(name);
    await refused(channel.attach(), 40010, 400);
    assert.equal(channel.state, 'failed');
  }
  await refused(client.channels.get(':worse').publish('m', 'x'), 40010, 400);
  const rewound = client.channels.get(lab.channel, { params: { rewind: 'yesterday' } });
  await refused(rewound.attach(), 40003, 400);
  assert.equal(client.connection.state, 'connected');
  await client.channels.get(`${lab.channel}:good`).publish('m', 'x');
});

scenario('after a detach nothing comes until one attaches again', async (lab) => {
  const [reader, writer] = await Promise.all([lab.connected(), lab.connected()]);
  const channel = reader.channels.get(lab.channel);
  const messages = await listen(channel);
  const elsewhere = writer.channels.get(lab.channel);
  await elsewhere.publish('m', '1');
  await messages.next();
  await channel.detach();
  assert.equal(channel.state, 'detached');
  await elsewhere.publish('m', '2');
  const change = await channel.attach();
  assert.equal(change.resumed, false);
  await elsewhere.publish('m', '3');
  assert.deepEqual(dataOf(await messages.take(1)), ['3']);
});

scenario('a hundred channels resume each with its own', async (lab) => {
  const relay = await lab.relay();
  const client = await lab.connected({ relay });
  const names = Array.from({ length: 100 }, (_, index) => `${lab.channel}:${index}`);
  const channels = names.map((name) => client.channels.get(name));
  const queues = await Promise.all(channels.map(listen));
  const connection = states(client.connection);
  relay.hold();
  await connection.upTo(inState('disconnected'), 'disconnected');
  const other = await lab.connected();
  await Promise.all(names.map((name) => other.channels.get(name).publish('m', name)));
  relay.release();
  await reached(client.connection, 'connected');
  const seen = await Promise.all(queues.map((queue) => queue.next()));
  assert.deepEqual(dataOf(seen), names);
  await Promise.all(channels.map((channel) => channel.publish('end', 'x')));
  const more = await Promise.all(queues.map((queue) => queue.upTo(named('end'))));
  assert.deepEqual(more.flat(), []);
});

scenario('a second attachment under another name is its own', async (lab) => {
  const client = await lab.connected({ clientId: 'ann' });
  const plain = client.channels.get(lab.channel);
  const events = await watch(plain);
  const first = await listen(plain);
  const alias = client.channels.get(`[?appendMode=full]${lab.channel}`);
  const second = await listen(alias);
  await plain.publish('m', 'x');
  assert.equal((await first.next()).data, 'x');
  assert.equal((await second.next()).data, 'x');
  await plain.presence.enter();
  assert.equal((await events.next()).action, 'enter');
  await alias.detach();
  await plain.publish('end', 'x');
  assert.deepEqual(await first.upTo(named('end')), []);
  assert.deepEqual(second.rest, []);
  assert.equal((await plain.presence.get()).length, 1);
});

await run();
