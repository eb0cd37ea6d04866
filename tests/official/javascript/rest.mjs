// The REST interface: what a client asks without a connection.

import assert from 'node:assert/strict';
import { refused } from './queue.mjs';
import { run, scenario } from './runner.mjs';

scenario('the time is told', async (lab) => {
  const before = Date.now();
  const time = await lab.rest().time();
  assert.ok(time >= before - 1_000 && time <= Date.now() + 1_000);
});

scenario('a channel tells its status', async (lab) => {
  const channel = lab.rest().channels.get(lab.channel);
  const unused = await channel.status();
  assert.equal(unused.channelId, lab.channel);
  const nobody = {
    connections: 0,
    presenceConnections: 0,
    presenceMembers: 0,
    presenceSubscribers: 0,
    publishers: 0,
    subscribers: 0,
  };
  assert.deepEqual(unused.status.occupancy.metrics, nobody);

  const [ann, deaf] = await Promise.all([lab.connected({ clientId: 'ann' }), lab.connected()]);
  await ann.channels.get(lab.channel).presence.enter();
  await deaf.channels.get(lab.channel, { modes: ['PUBLISH'] }).attach();
  const used = await channel.status();
  assert.equal(used.status.isActive, true);
  assert.deepEqual(used.status.occupancy.metrics, {
    connections: 2,
    presenceConnections: 1,
    presenceMembers: 1,
    presenceSubscribers: 1,
    publishers: 2,
    subscribers: 1,
  });
});

scenario('channels are listed by prefix, in pages', async (lab) => {
  const rest = lab.rest();
  const names = ['a', 'b', 'c', 'd', 'e'].map((end) => `${lab.channel}:${end}`);
  for (const name of names.toReversed()) await rest.channels.get(name).publish('m', 'x');
  const active = await lab.connected();
  await active.channels.get(`${lab.channel}-other`).attach();
  await active.channels.get(names[2]).attach();
  const prefix = `${lab.channel}:`;
  const seen = [];
  const query = { prefix, limit: 2, by: 'id' };
  for (
    let page = await rest.request('GET', '/channels', 3, query);
    page;
    page = await page.next()
  ) {
    assert.equal(page.statusCode, 200);
    seen.push(page.items);
  }
  assert.deepEqual(seen, [names.slice(0, 2), names.slice(2, 4), names.slice(4)]);
  const described = await rest.request('GET', '/channels', 3, { prefix, limit: 1 });
  assert.equal(described.items[0].channelId, names[0]);
  assert.equal(typeof described.items[0].status.occupancy.metrics.subscribers, 'number');
});

scenario('names of every kind are told apart', async (lab) => {
  const rest = lab.rest();
  const ends = ['/', '/a', '%2F', 'ü', '\u{1F600}', ' ', '?a=b', '#', '+', '&', "'", '..'];
  for (const end of ends) await rest.channels.get(`${lab.channel}${end}`).publish('m', end);
  for (const end of ends) {
    const { items } = await rest.channels.get(`${lab.channel}${end}`).history();
    assert.deepEqual(
      items.map((message) => message.data),
      [end],
    );
  }
});

scenario('what there is not is not found', async (lab) => {
  const answer = await lab.rest().request('GET', '/not-there', 3);
  assert.deepEqual([answer.success, answer.statusCode, answer.errorCode], [false, 404, 40400]);
  assert.ok(answer.errorMessage.length > 0);
});

scenario('a request that makes no sense is refused', async (lab) => {
  const rest = lab.rest();
  const path = `/channels/${encodeURIComponent(lab.channel)}/messages`;
  for (const query of [{ limit: 'abc' }, { limit: 0 }, { direction: 'sideways' }, { start: 'x' }]) {
    const answer = await rest.request('GET', path, 3, query);
    assert.deepEqual([answer.statusCode, answer.errorCode], [400, 40003]);
  }
  await refused(rest.channels.get(':bad').history(), 40010, 400);
  await refused(rest.channels.get(':bad').publish('m', 'x'), 40010, 400);
});

scenario('a raw request publishes and reads', async (lab) => {
  const rest = lab.rest();
  const path = `/channels/${encodeURIComponent(lab.channel)}/messages`;
  const posted = await rest.request('POST', path, 3, null, { name: 'm', data: 'x' }, null);
  assert.equal(posted.statusCode, 201);
  assert.equal(posted.items[0].channel, lab.channel);
  const { serials } = posted.items[0];
  const patched = await rest.request(
    'PATCH',
    `${path}/${encodeURIComponent(serials[0])}`,
    3,
    null,
    { action: 5, data: 'y' },
    null,
  );
  assert.ok(patched.items[0].versionSerial > serials[0]);
  const read = await rest.request('GET', path, 3, { limit: 1 });
  assert.deepEqual([read.items[0].name, read.items[0].data, read.items[0].action], ['m', 'xy', 1]);
});

scenario('a client over REST is who its key lets it say', async (lab) => {
  const ann = lab.rest({ clientId: 'ann' });
  await ann.channels.get(lab.channel).publish('m', 'x');
  await lab.rest().channels.get(lab.channel).publish({ name: 'm', data: 'y', clientId: 'bob' });
  await lab.rest().channels.get(lab.channel).publish('m', 'z');
  const { items } = await ann.channels.get(lab.channel).history({ direction: 'forwards' });
  assert.deepEqual(
    items.map((message) => message.clientId ?? null),
    ['ann', 'bob', null],
  );
});

scenario('a publish over REST that is tried again is stored once', async (lab) => {
  const channel = lab.rest({ idempotentRestPublishing: true }).channels.get(lab.channel);
  const bodies = [
    { name: 'm', data: 'a' },
    { name: 'm', data: 'b' },
  ];
  await channel.publish(bodies);
  const { items } = await channel.history({ direction: 'forwards' });
  const ids = items.map((message) => message.id);
  assert.match(ids[0], /^[\w+/=-]+:0$/);
  assert.equal(ids[1], ids[0].replace(/0$/, '1'));
  const again = bodies.map((body, index) => ({ ...body, id: ids[index] }));
  const { serials } = await channel.publish(again);
  assert.deepEqual(
    serials,
    items.map((message) => message.serial),
  );
  assert.equal((await channel.history()).items.length, 2);
});

await run();
