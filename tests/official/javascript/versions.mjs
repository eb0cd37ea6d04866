// Updates, deletes and appends: what subscribers see, what history keeps, and the versions.

import assert from 'node:assert/strict';
import { listen, named, refused } from './queue.mjs';
import { run, scenario } from './runner.mjs';

const UNKNOWN = '01700000000000-000@0000000000:000';

const shown = (message) => [message.action, message.name, message.data];
const later = (serials) => assert.deepEqual([...new Set(serials)].sort(), serials);

scenario('an update replaces what it gives', async (lab) => {
  const token = lab.jwt({ clientId: 'ann' });
  const [writer, reader] = await Promise.all([lab.connected({ token }), lab.connected()]);
  const messages = await listen(reader.channels.get(lab.channel));
  const channel = writer.channels.get(lab.channel);
  const extras = { headers: { a: 1 } };
  const { serials } = await channel.publish({ name: 'm', data: { text: 'one' }, extras });
  const serial = serials[0];
  const operation = { clientId: 'ann', description: 'a typo', metadata: { reason: 'spelling' } };
  const updated = await channel.updateMessage({ serial, data: { text: 'two' } }, operation);
  const renamed = await channel.updateMessage({ serial, name: 'n', extras: { headers: { b: 2 } } });

  const [created, first, second] = await messages.take(3);
  assert.deepEqual(shown(first), ['message.update', 'm', { text: 'two' }]);
  assert.deepEqual(shown(second), ['message.update', 'n', { text: 'two' }]);
  assert.deepEqual([first.extras, second.extras], [extras, { headers: { b: 2 } }]);
  for (const message of [first, second]) {
    assert.deepEqual([message.serial, message.timestamp], [serial, created.timestamp]);
    assert.deepEqual([message.id, message.clientId], [created.id, 'ann']);
  }
  const { serial: versionSerial, timestamp, ...said } = first.version;
  assert.deepEqual(said, operation);
  assert.equal(versionSerial, updated.versionSerial);
  assert.ok(timestamp >= created.timestamp);
  later([serial, updated.versionSerial, renamed.versionSerial]);
  assert.equal(second.version.serial, renamed.versionSerial);
});

scenario('a delete is told and remembered', async (lab) => {
  const [writer, reader] = await Promise.all([lab.connected(), lab.connected()]);
  const messages = await listen(reader.channels.get(lab.channel));
  const channel = writer.channels.get(lab.channel);
  const { serials } = await channel.publish('m', 'x');
  const deleted = await channel.deleteMessage(
    { serial: serials[0], data: '' },
    { description: 'd' },
  );
  const [, seen] = await messages.take(2);
  assert.deepEqual(shown(seen), ['message.delete', 'm', '']);
  assert.equal(seen.version.serial, deleted.versionSerial);
  assert.equal(seen.version.description, 'd');
  const { items } = await channel.history();
  assert.deepEqual(items.map(shown), [['message.delete', 'm', '']]);
});

scenario('appends come as they are made and are kept as one', async (lab) => {
  const [writer, reader] = await Promise.all([lab.connected(), lab.connected()]);
  const messages = await listen(reader.channels.get(lab.channel));
  const channel = writer.channels.get(lab.channel);
  const status = (value) => ({ ai: { status: value } });
  const { serials } = await channel.publish({ name: 'm', data: '', extras: status('begun') });
  const serial = serials[0];
  const parts = Array.from({ length: 60 }, (_, index) => `${index}\u{1F642} `);
  const results = await Promise.all(
    parts.map((data) => channel.appendMessage({ serial, data, extras: status('streaming') })),
  );
  await channel.appendMessage({ serial, data: '', extras: status('complete') });

  const [created, ...seen] = await messages.take(parts.length + 2);
  const deltas = [...parts, ''].map((data) => ['message.append', 'm', data]);
  assert.deepEqual(seen.map(shown), deltas);
  assert.ok(seen.every((message) => message.serial === serial));
  assert.ok(seen.every((message) => message.timestamp === created.timestamp));
  const versions = [serial, ...results.map((result) => result.versionSerial)];
  later(versions);
  assert.deepEqual(
    [created, ...seen.slice(0, -1)].map((one) => one.version.serial),
    versions,
  );
  const { items } = await channel.history();
  assert.deepEqual(items.map(shown), [['message.update', 'm', parts.join('')]]);
  assert.deepEqual(items[0].extras, status('complete'));
  assert.equal(items[0].version.serial, seen.at(-1).version.serial);
});

scenario('who comes in the middle gets the whole, then the rest', async (lab) => {
  const [writer, late, full] = await Promise.all([
    lab.connected(),
    lab.connected({ format: lab.otherFormat }),
    lab.connected(),
  ]);
  const channel = writer.channels.get(lab.channel);
  const { serials } = await channel.publish('m', 'a');
  const serial = serials[0];
  await channel.appendMessage({ serial, data: 'b' });
  const messages = await listen(late.channels.get(lab.channel));
  const rewound = await listen(full.channels.get(lab.channel, { params: { rewind: '1' } }));
  for (const data of ['c', 'd', 'e']) await channel.appendMessage({ serial, data });
  assert.deepEqual((await messages.take(3)).map(shown), [
    ['message.update', 'm', 'abc'],
    ['message.append', 'm', 'd'],
    ['message.append', 'm', 'e'],
  ]);
  const [first, ...rest] = (await rewound.take(4)).map(shown);
  assert.deepEqual(first, ['message.update', 'm', 'ab']);
  // It has the message already, but may be given it once more.
  assert.ok(['c', 'abc'].includes(rest[0][2]));
  assert.deepEqual(rest.slice(1), [
    ['message.append', 'm', 'd'],
    ['message.append', 'm', 'e'],
  ]);
});

scenario('bytes are appended to bytes', async (lab) => {
  const [writer, reader] = await Promise.all([
    lab.connected(),
    lab.connected({ format: lab.otherFormat }),
  ]);
  const messages = await listen(reader.channels.get(lab.channel));
  const channel = writer.channels.get(lab.channel);
  const { serials } = await channel.publish('m', Buffer.from([0, 255]));
  const serial = serials[0];
  await channel.appendMessage({ serial, data: Buffer.from([128, 10]) });
  await refused(channel.appendMessage({ serial, data: 'text' }), 40013, 400);
  await channel.publish('end', 'x');
  const [, appended, ...more] = await messages.upTo(named('end'));
  assert.deepEqual(Buffer.from(appended.data), Buffer.from([128, 10]));
  assert.deepEqual(more, []);
  const { items } = await channel.history();
  assert.deepEqual(Buffer.from(items[1].data), Buffer.from([0, 255, 128, 10]));
});

scenario('one cannot change what there is not', async (lab) => {
  const client = await lab.connected();
  const channel = client.channels.get(lab.channel);
  const rest = lab.rest().channels.get(lab.channel);
  const { serials } = await client.channels.get(`${lab.channel}:other`).publish('m', 'x');
  for (const serial of [UNKNOWN, serials[0]]) {
    for (const way of [channel, rest]) {
      await refused(way.updateMessage({ serial, data: 'y' }), 40400, 404);
      await refused(way.appendMessage({ serial, data: 'y' }), 40400, 404);
      await refused(way.deleteMessage({ serial }), 40400, 404);
    }
    await refused(rest.getMessage(serial), 40400, 404);
    await refused(rest.getMessageVersions(serial), 40400, 404);
  }
  await refused(channel.updateMessage({ serial: 'nonsense', data: 'y' }), 40003, 400);
  assert.deepEqual((await channel.history()).items, []);
});

scenario('all of it works over REST', async (lab) => {
  const reader = await lab.connected();
  const messages = await listen(reader.channels.get(lab.channel));
  const channel = lab.rest().channels.get(lab.channel);
  const { serials } = await channel.publish('m', 'one');
  const serial = serials[0];
  assert.deepEqual(shown(await channel.getMessage(serial)), ['message.create', 'm', 'one']);
  const operation = { clientId: 'ann', description: 'why', metadata: { a: 'b' } };
  const updated = await channel.updateMessage({ serial, data: 'two' }, operation);
  const appended = await channel.appendMessage({ serial, data: ' and three' });
  const whole = await channel.getMessage(serial);
  assert.deepEqual(shown(whole), ['message.update', 'm', 'two and three']);
  const deleted = await channel.deleteMessage({ serial, data: '' });
  later([serial, updated.versionSerial, appended.versionSerial, deleted.versionSerial]);
  assert.deepEqual((await messages.take(4)).map(shown), [
    ['message.create', 'm', 'one'],
    ['message.update', 'm', 'two'],
    ['message.append', 'm', ' and three'],
    ['message.delete', 'm', ''],
  ]);

  const { items } = await channel.getMessageVersions(serial);
  assert.deepEqual(items.map(shown), [
    ['message.create', 'm', 'one'],
    ['message.update', 'm', 'two'],
    ['message.update', 'm', 'two and three'],
    ['message.delete', 'm', ''],
  ]);
  const given = [serial, updated.versionSerial, appended.versionSerial, deleted.versionSerial];
  assert.deepEqual(
    items.map((item) => item.version.serial),
    given,
  );
  const { serial: at, timestamp, ...said } = items[1].version;
  assert.deepEqual(said, operation);
  assert.ok(at && timestamp >= items[0].timestamp);
});

scenario('an update that arrives by REST keeps what it does not give', async (lab) => {
  const channel = lab.rest().channels.get(lab.channel);
  const extras = { headers: { kept: true } };
  const { serials } = await channel.publish({ name: 'm', data: { a: 1 }, extras });
  await channel.updateMessage({ serial: serials[0], name: 'n' });
  const message = await channel.getMessage(serials[0]);
  assert.deepEqual(shown(message), ['message.update', 'n', { a: 1 }]);
  assert.deepEqual(message.extras, extras);
});

await run();
