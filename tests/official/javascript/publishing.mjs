// Publishing: what arrives, in what order, how often, and what is kept.

import assert from 'node:assert/strict';
import { Ably } from './packages.mjs';
import { listen, named, refused } from './queue.mjs';
import { run, scenario } from './runner.mjs';

const dataOf = (messages) => messages.map((message) => message.data);

const VALUES = {
  text: 'plain',
  empty: '',
  emoji: '\u{1F9D1}\u{1F3FD}\u200D\u{1F680} naïve 日本語 \u0000 \u2028',
  object: { a: [1, 2.5, null, true, { b: '\u{1F600}' }], big: 2 ** 53 - 1, '': 'no name' },
  list: [],
  nothing: null,
  bytes: Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
  noBytes: Buffer.alloc(0),
};

const comparable = (data) => (data instanceof ArrayBuffer ? Buffer.from(data) : (data ?? null));

scenario('a message arrives as it was published', async (lab) => {
  const [writer, reader] = await Promise.all([lab.connected({ clientId: 'ann' }), lab.connected()]);
  const messages = await listen(reader.channels.get(lab.channel));
  const before = Date.now();
  const extras = { headers: { trace: 'x', depth: 2 }, ref: { type: 'reply', timeserial: 'y' } };
  const published = await writer.channels
    .get(lab.channel)
    .publish({ name: 'm', data: 'x', extras });
  const message = await messages.next();
  assert.deepEqual(published.serials, [message.serial]);
  assert.match(message.serial, /^\d{14}-\d{3}@\S+:\d{3}$/);
  assert.equal(message.name, 'm');
  assert.equal(message.data, 'x');
  assert.equal(message.action, 'message.create');
  assert.equal(message.clientId, 'ann');
  assert.equal(message.connectionId, writer.connection.id);
  assert.equal(message.id, `${writer.connection.id}:0:0`);
  assert.deepEqual(message.extras, extras);
  assert.equal(message.version.serial, message.serial);
  assert.equal(message.version.timestamp, message.timestamp);
  assert.ok(message.timestamp >= before - 5 && message.timestamp <= Date.now() + 5);
});

scenario('data of each kind comes through, in each format', async (lab) => {
  const readers = [lab.format, lab.otherFormat].map((format) => lab.connected({ format }));
  const [same, other, writer] = await Promise.all([...readers, lab.connected()]);
  const queues = [];
  for (const client of [same, other]) queues.push(await listen(client.channels.get(lab.channel)));
  for (const [name, data] of Object.entries(VALUES)) {
    await writer.channels.get(lab.channel).publish(name, data);
    await lab.rest().channels.get(lab.channel).publish(`rest-${name}`, data);
  }
  const names = Object.keys(VALUES).flatMap((name) => [name, `rest-${name}`]);
  const expected = names.map((name) => [name, VALUES[name.replace('rest-', '')]]);
  for (const queue of queues) {
    const seen = await queue.take(names.length);
    assert.deepEqual(
      seen.map((one) => [one.name, comparable(one.data)]),
      expected,
    );
    assert.ok(seen.every((message) => message.encoding == null));
  }
  for (const format of [lab.format, lab.otherFormat]) {
    const channel = lab.rest({ format }).channels.get(lab.channel);
    const { items } = await channel.history({ direction: 'forwards' });
    assert.deepEqual(
      items.map((one) => [one.name, comparable(one.data)]),
      expected,
    );
  }
});

scenario('encrypted messages pass through', async (lab) => {
  const key = await Ably.Realtime.Crypto.generateRandomKey(256);
  const [writer, knowing, ignorant] = await Promise.all([
    lab.connected(),
    lab.connected({ format: lab.otherFormat }),
    lab.connected(),
  ]);
  const cipher = { key };
  const seen = await listen(knowing.channels.get(lab.channel, { cipher }));
  const unread = await listen(ignorant.channels.get(lab.channel));
  const channel = writer.channels.get(lab.channel, { cipher });
  await channel.publish('text', 'secret \u{1F510}');
  await channel.publish('bytes', VALUES.bytes);
  await channel.publish('object', VALUES.object);
  const expected = ['secret \u{1F510}', VALUES.bytes, VALUES.object];
  assert.deepEqual(
    (await seen.take(3)).map((one) => comparable(one.data)),
    expected,
  );
  for (const message of await unread.take(3)) {
    assert.match(message.encoding, /cipher\+aes-256-cbc$/);
    assert.equal(comparable(message.data).includes('secret'), false);
  }
  const over = lab.rest({ format: lab.otherFormat }).channels.get(lab.channel, { cipher });
  const { items } = await over.history({ direction: 'forwards' });
  assert.deepEqual(
    items.map((one) => comparable(one.data)),
    expected,
  );
});

scenario('an encoding that the hub does not know is left alone', async (lab) => {
  const [client, other] = await Promise.all([
    lab.connected(),
    lab.connected({ format: lab.otherFormat }),
  ]);
  const queues = [];
  for (const one of [client, other]) queues.push(await listen(one.channels.get(lab.channel)));
  await client.channels.get(lab.channel).publish({ name: 'm', data: 'x', encoding: 'rot13' });
  for (const queue of queues) {
    const message = await queue.next();
    assert.deepEqual([message.data, message.encoding], ['x', 'rot13']);
  }
});

scenario('several messages are published as one', async (lab) => {
  const [writer, reader] = await Promise.all([lab.connected(), lab.connected()]);
  const messages = await listen(reader.channels.get(lab.channel));
  const channel = writer.channels.get(lab.channel);
  const bodies = ['a', 'b', 'c'].map((data) => ({ name: 'm', data }));
  const { serials } = await channel.publish(bodies);
  const over = await lab.rest().channels.get(lab.channel).publish(bodies);
  const seen = await messages.take(6);
  assert.deepEqual(dataOf(seen), ['a', 'b', 'c', 'a', 'b', 'c']);
  assert.deepEqual(
    seen.map((message) => message.serial),
    [...serials, ...over.serials],
  );
  const sorted = [...new Set([...serials, ...over.serials])].sort();
  assert.deepEqual(sorted, [...serials, ...over.serials]);
  const ids = seen.slice(0, 3).map((message) => message.id);
  assert.deepEqual(
    ids,
    [0, 1, 2].map((index) => `${writer.connection.id}:0:${index}`),
  );
});

scenario('if one of several is refused none is stored', async (lab) => {
  const token = lab.jwt({ clientId: 'ann' });
  const [writer, reader] = await Promise.all([lab.connected({ token }), lab.connected()]);
  const messages = await listen(reader.channels.get(lab.channel));
  const bodies = [
    { name: 'm', data: 'good' },
    { name: 'm', data: 'bad', clientId: 'bob' },
  ];
  const channel = writer.channels.get(lab.channel);
  await refused(channel.publish(bodies), 40012);
  await refused(lab.rest({ token }).channels.get(lab.channel).publish(bodies), 40012);
  const { serials } = await channel.publish('end', 'x');
  assert.deepEqual(await messages.upTo(named('end')), []);
  const { items } = await channel.history();
  assert.deepEqual(
    items.map((message) => message.serial),
    serials,
  );
});

scenario('an id is published once', async (lab) => {
  const [writer, reader] = await Promise.all([lab.connected(), lab.connected()]);
  const messages = await listen(reader.channels.get(lab.channel));
  const channel = writer.channels.get(lab.channel);
  const rest = lab.rest().channels.get(lab.channel);
  const results = await Promise.all(
    ['a', 'b', 'c'].map((data) => channel.publish({ id: 'chosen', name: 'm', data })),
  );
  results.push(await rest.publish({ id: 'chosen', name: 'm', data: 'd' }));
  results.push(await rest.publish({ id: 'chosen', name: 'm', data: 'e' }));
  const serials = new Set(results.flatMap((result) => result.serials));
  assert.equal(serials.size, 1);
  await channel.publish('end', 'x');
  const [message, ...more] = await messages.upTo(named('end'));
  assert.deepEqual(more, []);
  assert.deepEqual([message.id, message.data], ['chosen', 'a']);
  const other = writer.channels.get(`${lab.channel}:other`);
  const elsewhere = await listen(other);
  await other.publish({ id: 'chosen', name: 'm', data: 'of another channel' });
  assert.equal((await elsewhere.next()).data, 'of another channel');
});

scenario('many quick ones keep their order', async (lab) => {
  const [writer, reader] = await Promise.all([lab.connected(), lab.connected()]);
  const messages = await listen(reader.channels.get(lab.channel));
  const channel = writer.channels.get(lab.channel);
  const bodies = Array.from({ length: 500 }, (_, index) => String(index));
  const results = await Promise.all(bodies.map((data) => channel.publish('m', data)));
  const seen = await messages.take(500);
  assert.deepEqual(dataOf(seen), bodies);
  const serials = results.flatMap((result) => result.serials);
  assert.deepEqual(
    serials,
    seen.map((message) => message.serial),
  );
  assert.deepEqual([...new Set(serials)].sort(), serials);
});

scenario('an ephemeral message is delivered and not kept', async (lab) => {
  const [writer, reader] = await Promise.all([lab.connected(), lab.connected()]);
  const messages = await listen(reader.channels.get(lab.channel));
  const channel = writer.channels.get(lab.channel);
  await channel.publish('m', 'kept');
  await channel.publish({ name: 'm', data: 'passing', extras: { ephemeral: true } });
  assert.deepEqual(dataOf(await messages.take(2)), ['kept', 'passing']);
  const { items } = await channel.history();
  assert.deepEqual(dataOf(items), ['kept']);
  const rewound = writer.channels.get(`[?rewind=5]${lab.channel}`);
  const late = await listen(rewound);
  await channel.publish('end', 'x');
  assert.deepEqual(dataOf(await late.upTo(named('end'))), ['kept']);
});

scenario('what is not given is absent', async (lab) => {
  const client = await lab.connected();
  const messages = await listen(client.channels.get(lab.channel));
  const channel = client.channels.get(lab.channel);
  await channel.publish({});
  await channel.publish('', '');
  await channel.publish('m', undefined);
  const [bare, empty, dataless] = await messages.take(3);
  assert.deepEqual([bare.name, bare.data, bare.extras, bare.clientId], Array(4).fill(undefined));
  assert.deepEqual([empty.name, empty.data], ['', '']);
  assert.deepEqual([dataless.name, dataless.data], ['m', undefined]);
});

scenario('one may publish without being attached', async (lab) => {
  const [writer, reader] = await Promise.all([lab.connected(), lab.connected()]);
  const messages = await listen(reader.channels.get(lab.channel));
  const channel = writer.channels.get(lab.channel);
  await channel.publish('m', 'x');
  assert.equal(channel.state, 'initialized');
  assert.equal((await messages.next()).data, 'x');
});

await run();
