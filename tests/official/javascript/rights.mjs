// Rights: what a capability allows, who one is, and what only a token may say of one.

import assert from 'node:assert/strict';
import { listen, named, refused, watch } from './queue.mjs';
import { run, scenario } from './runner.mjs';

scenario('a JWT says who one is and what one may', async (lab) => {
  const mine = `${lab.channel}:mine`;
  const token = lab.jwt({ clientId: 'ann', capability: { [mine]: ['publish', 'subscribe'] } });
  const client = await lab.connected({ token });
  assert.equal(client.auth.clientId, 'ann');
  const messages = await listen(client.channels.get(mine));
  await client.channels.get(mine).publish('m', 'x');
  assert.equal((await messages.next()).clientId, 'ann');

  const other = client.channels.get(`${lab.channel}:other`);
  await refused(other.attach(), 40160, 401);
  assert.equal(other.state, 'failed');
  await refused(client.channels.get(`${lab.channel}:third`).publish('m', 'x'), 40160, 401);
  await refused(client.channels.get(mine).presence.enter(), 40160, 401);
  assert.equal(client.connection.state, 'connected');
});

scenario('each call over REST needs its right', async (lab) => {
  const rest = lab.rest({ token: lab.jwt({ capability: { [lab.channel]: ['presence'] } }) });
  const channel = rest.channels.get(lab.channel);
  const { serials } = await lab.rest().channels.get(lab.channel).publish('m', 'x');
  const serial = serials[0];
  const calls = [
    () => channel.publish('m', 'x'),
    () => channel.history(),
    () => channel.getMessage(serial),
    () => channel.getMessageVersions(serial),
    () => channel.updateMessage({ serial, data: 'y' }),
    () => channel.deleteMessage({ serial }),
    () => channel.appendMessage({ serial, data: 'y' }),
    () => channel.presence.history(),
    () => channel.status(),
    () => rest.channels.get(`${lab.channel}:other`).presence.get(),
  ];
  for (const call of calls) await refused(call(), 40160, 401);
  assert.deepEqual((await channel.presence.get()).items, []);
  const { items } = await lab.rest().channels.get(lab.channel).history();
  assert.deepEqual(
    items.map((message) => message.data),
    ['x'],
  );
});

scenario('one may change only what one may', async (lab) => {
  const own = ['publish', 'subscribe', 'history', 'message-update-own', 'message-delete-own'];
  const as = (clientId) => lab.jwt({ clientId, capability: { [lab.channel]: own } });
  const [ann, bob] = await Promise.all([
    lab.connected({ token: as('ann') }),
    lab.connected({ token: as('bob') }),
  ]);
  const [hers, his] = [ann, bob].map((client) => client.channels.get(lab.channel));
  const { serials } = await hers.publish('m', 'hers');
  const serial = serials[0];
  await refused(his.updateMessage({ serial, data: 'his' }), 40160, 401);
  await refused(his.appendMessage({ serial, data: ' and his' }), 40160, 401);
  await refused(his.deleteMessage({ serial }), 40160, 401);
  await hers.appendMessage({ serial, data: ' only' });
  const { items } = await hers.history();
  assert.deepEqual(
    items.map((message) => message.data),
    ['hers only'],
  );

  const stranger = await lab.connected({ token: lab.jwt({ capability: { [lab.channel]: own } }) });
  const theirs = stranger.channels.get(lab.channel);
  await refused(theirs.updateMessage({ serial, data: 'theirs' }), 40166, 401);
});

scenario('nobody speaks as another', async (lab) => {
  const observer = await lab.connected();
  const messages = await listen(observer.channels.get(lab.channel));
  const events = await watch(observer.channels.get(lab.channel));
  const ann = await lab.connected({ token: lab.jwt({ clientId: 'ann' }) });
  const anonymous = await lab.connected({ token: lab.jwt() });
  for (const client of [ann, anonymous]) {
    const channel = client.channels.get(lab.channel);
    await refused(channel.publish({ name: 'm', data: 'x', clientId: 'bob' }), 40012);
    await refused(channel.presence.enterClient('bob'), 40012);
    const rest = lab.rest({ token: client.auth.tokenDetails.token });
    const over = rest.channels.get(lab.channel);
    await refused(over.publish({ name: 'm', data: 'x', clientId: 'bob' }), 40012);
  }
  const any = await lab.connected({ token: lab.jwt({ clientId: '*' }) });
  await any.channels.get(lab.channel).publish({ name: 'end', clientId: 'bob' });
  assert.deepEqual(await messages.upTo(named('end')), []);
  await any.channels.get(lab.channel).presence.enterClient('carol');
  assert.equal((await events.next()).clientId, 'carol');
});

scenario('a user claim is what the token says', async (lab) => {
  const claims = { [`ably.channel.${lab.channel}`]: 'moderator', 'ably.channel.*': 'guest' };
  const token = lab.jwt({ clientId: 'ann', ...claims });
  const observer = await lab.connected();
  const watched = observer.channels.get(lab.channel);
  const messages = await listen(watched);
  const events = await watch(watched);
  const ann = await lab.connected({ token });
  const channel = ann.channels.get(lab.channel);

  const { serials } = await channel.publish('m', 'x');
  const serial = serials[0];
  await channel.publish({ name: 'm', extras: { headers: { a: 1 }, userClaim: 'owner' } });
  await channel.appendMessage({ serial, data: 'y', extras: { userClaim: 'owner' } });
  await lab.rest({ token }).channels.get(lab.channel).publish('m', 'z');
  const seen = (await messages.take(4)).map((message) => message.extras);
  const moderator = { userClaim: 'moderator' };
  assert.deepEqual(seen, [moderator, { headers: { a: 1 }, ...moderator }, moderator, moderator]);
  await channel.presence.enter();
  assert.deepEqual((await events.next()).extras, moderator);
  const { items } = await lab.rest().channels.get(lab.channel).history();
  assert.deepEqual([...new Set(items.map((item) => item.extras.userClaim))], ['moderator']);

  const elsewhere = await listen(observer.channels.get(`${lab.channel}:x`));
  await ann.channels.get(`${lab.channel}:x`).publish('m', 'x');
  assert.deepEqual((await elsewhere.next()).extras, { userClaim: 'guest' });
});

scenario('a user claim cannot be forged', async (lab) => {
  const observer = await lab.connected();
  const messages = await listen(observer.channels.get(lab.channel));
  const forged = { name: 'm', data: 'x', extras: { userClaim: 'owner', headers: { a: 1 } } };
  const plain = await lab.connected({ token: lab.jwt({ clientId: 'ann' }) });
  const channel = plain.channels.get(lab.channel);
  const { serials } = await channel.publish(forged);
  await channel.updateMessage({ ...forged, serial: serials[0] });
  await lab.rest().channels.get(lab.channel).publish(forged);
  const seen = (await messages.take(3)).map((message) => message.extras);
  assert.deepEqual(seen, Array(3).fill({ headers: { a: 1 } }));
  const events = await watch(observer.channels.get(lab.channel));
  await channel.presence.enter('x');
  assert.equal((await events.next()).extras?.userClaim, undefined);
});

scenario('a user claim does not pass to what another writes', async (lab) => {
  const token = lab.jwt({ clientId: 'ann', 'ably.channel.*': 'moderator' });
  const [ann, bob] = await Promise.all([
    lab.connected({ token }),
    lab.connected({ token: lab.jwt({ clientId: 'bob' }) }),
  ]);
  const [hers, his] = [ann, bob].map((client) => client.channels.get(lab.channel));
  const messages = await listen(his);
  const { serials } = await hers.publish('m', 'hers');
  const serial = serials[0];
  await his.appendMessage({ serial, data: ' and his' });
  await his.updateMessage({ serial, data: 'his' });
  await hers.updateMessage({ serial, data: 'hers again' });
  const seen = (await messages.take(4)).map(({ version, extras }) => [
    version.clientId,
    extras?.userClaim,
  ]);
  assert.deepEqual(seen.slice(1), [
    ['bob', undefined],
    ['bob', undefined],
    ['ann', 'moderator'],
  ]);
  assert.equal(seen[0][1], 'moderator');
});

await run();
