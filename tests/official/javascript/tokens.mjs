// Tokens: how they are got, renewed, exchanged on an open connection, and how they end.

import assert from 'node:assert/strict';
import { after } from './lab.mjs';
import { inState, listen, named, refused, states } from './queue.mjs';
import { run, scenario } from './runner.mjs';

scenario('a token is what was asked for', async (lab) => {
  const rest = lab.rest();
  const before = await rest.time();
  const token = await rest.auth.requestToken({
    clientId: 'ann',
    ttl: 100_000,
    capability: { [lab.channel]: ['subscribe', 'publish'] },
  });
  assert.equal(token.expires - token.issued, 100_000);
  assert.ok(token.issued >= before && token.issued < before + 60_000);
  assert.equal(token.clientId, 'ann');
  assert.deepEqual(JSON.parse(token.capability), { [lab.channel]: ['publish', 'subscribe'] });

  const usual = await rest.auth.requestToken();
  assert.equal(usual.expires - usual.issued, 3_600_000);
  assert.equal(usual.capability, '{"*":["*"]}');
  assert.equal(usual.clientId, undefined);
});

scenario('a token request is good once, and only as it was signed', async (lab) => {
  const rest = lab.rest();
  const signed = await rest.auth.createTokenRequest({ clientId: 'ann' });
  const send = (body) =>
    rest.request('POST', `/keys/${signed.keyName}/requestToken`, 3, null, body, null);
  const first = await send(signed);
  assert.equal(first.statusCode, 201);
  assert.equal(first.items[0].clientId, 'ann');
  assert.equal((await send(signed)).statusCode, 401);
  const other = await rest.auth.createTokenRequest({ clientId: 'ann' });
  const forged = await send({ ...other, clientId: 'bob' });
  assert.equal(forged.statusCode, 401);
  const old = await rest.auth.createTokenRequest({ timestamp: Date.now() - 30 * 60_000 });
  assert.equal((await send(old)).statusCode, 401);
});

scenario('a callback may give a token request, details or a JWT', async (lab) => {
  const rest = lab.rest();
  const ways = [
    (params) => rest.auth.createTokenRequest({ ...params, clientId: 'ann' }),
    (params) => rest.auth.requestToken({ ...params, clientId: 'ann' }),
    async () => (await rest.auth.requestToken({ clientId: 'ann' })).token,
    async () => lab.jwt({ clientId: 'ann' }),
  ];
  for (const way of ways) {
    const client = await lab.connected({ authCallback: answering(way) });
    assert.equal(client.auth.clientId, 'ann');
    await client.channels.get(lab.channel).publish('m', 'x');
    client.close();
  }
  const { items } = await rest.channels.get(lab.channel).history();
  assert.deepEqual(
    items.map((message) => message.clientId),
    ['ann', 'ann', 'ann', 'ann'],
  );
});

scenario('an expired token is renewed and nothing is missed', async (lab) => {
  const rest = lab.rest();
  let asked = 0;
  const client = await lab.connected({
    authCallback: answering(() => {
      asked += 1;
      return rest.auth.requestToken({ clientId: 'ann', ttl: asked === 1 ? 3_000 : 60_000 });
    }),
  });
  const { id } = client.connection;
  const connection = states(client.connection);
  const messages = await listen(client.channels.get(lab.channel));
  const [change] = (await connection.take(1)).filter(inState('disconnected'));
  assert.equal(change.reason.code, 40142);
  assert.equal(change.reason.statusCode, 401);
  await rest.channels.get(lab.channel).publish('m', 'meanwhile');
  await connection.upTo(inState('connected'), 'connected');
  assert.equal(asked, 2);
  assert.equal(client.connection.id, id);
  await client.channels.get(lab.channel).publish('end', null);
  const missed = await messages.upTo(named('end'));
  assert.deepEqual(
    missed.map((message) => message.data),
    ['meanwhile'],
  );
});

scenario('the hub asks for a new token before the old one ends', async (lab) => {
  // The first ends in 34 s, and 30 s before that the hub asks.
  let asked = 0;
  const client = await lab.connected({
    authCallback: answering(async () => {
      asked += 1;
      return lab.jwt({ clientId: 'ann', life: asked === 1 ? 34 : 3600 });
    }),
  });
  const { id } = client.connection;
  const change = await states(client.connection).next();
  assert.deepEqual([change.previous, change.current], ['connected', 'connected']);
  assert.equal(change.reason, undefined);
  assert.equal(asked, 2);
  assert.equal(client.connection.id, id);
});

scenario('a token that cannot be renewed ends the connection', async (lab) => {
  const { token } = await lab.rest().auth.requestToken({ ttl: 1 });
  await after(20);
  const client = lab.realtime({ token });
  const failed = await states(client.connection).upTo(inState('failed'), 'failed');
  assert.ok(failed.every((change) => change.current !== 'connected'));
  assert.equal(client.connection.errorReason.code, 40171);
});

scenario('wrong keys are refused', async (lab) => {
  const [name, secret] = lab.hub.key.split(':');
  for (const key of [`${name}:wrong`, `no.app:${secret}`]) {
    const client = lab.realtime({ autoConnect: false, key });
    const seen = states(client.connection);
    client.connect();
    const passed = await seen.upTo(inState('failed'), 'failed');
    assert.deepEqual(
      passed.map((change) => change.current),
      ['connecting'],
    );
    assert.equal(client.connection.errorReason.code, 40101);
    assert.equal(client.connection.errorReason.statusCode, 401);
    await refused(lab.rest({ key }).channels.get(lab.channel).history(), 40101, 401);
  }
});

scenario('a forged JWT is refused', async (lab) => {
  const token = lab.jwt({ clientId: 'ann' }).replace(/.{8}$/, 'AAAAAAAA');
  const client = lab.realtime({ autoConnect: false, token });
  const seen = states(client.connection);
  client.connect();
  const passed = await seen.upTo(inState('failed'), 'failed');
  assert.ok(passed.every((change) => change.current !== 'connected'));
  assert.equal(passed.find(inState('disconnected')).reason.code, 40144);
  await refused(lab.rest({ token }).channels.get(lab.channel).history(), 40171);
});

scenario('a clientId that the token is not for is refused', async (lab) => {
  const client = lab.realtime({ token: lab.jwt({ clientId: 'ann' }), clientId: 'bob' });
  await states(client.connection).upTo(inState('failed'), 'failed');
  assert.equal(client.connection.errorReason.code, 40102);
  const any = await lab.connected({ token: lab.jwt({ clientId: '*' }), clientId: 'bob' });
  assert.equal(any.auth.clientId, 'bob');
});

scenario('a new token gives more without attaching again', async (lab) => {
  const client = await lab.connected({
    token: lab.jwt({ capability: { [lab.channel]: ['subscribe'] } }),
  });
  const channel = client.channels.get(lab.channel);
  const messages = await listen(channel);
  const attaching = states(channel);
  const connection = states(client.connection);
  const { id } = client.connection;
  await refused(channel.publish('m', 'too early'), 40160, 401);
  const more = lab.jwt({ capability: { [lab.channel]: ['subscribe', 'publish'] } });
  await client.auth.authorize(null, { token: more });
  await channel.publish('m', 'now');
  assert.equal((await messages.next()).data, 'now');
  const updates = connection.rest.map(({ previous, current }) => [previous, current]);
  assert.deepEqual(updates, [['connected', 'connected']]);
  assert.ok(attaching.rest.every((change) => change.current === 'attached'));
  assert.equal(client.connection.id, id);
});

scenario('a new token that allows less ends what it does not allow', async (lab) => {
  const all = { '*': ['publish', 'subscribe'] };
  const client = await lab.connected({ token: lab.jwt({ capability: all }) });
  const lost = client.channels.get(`${lab.channel}:lost`);
  const kept = client.channels.get(`${lab.channel}:kept`);
  const messages = await listen(kept);
  await lost.attach();
  const ending = states(lost);
  const less = lab.jwt({ capability: { [kept.name]: ['subscribe'] } });
  await client.auth.authorize(null, { token: less });
  await ending.upTo(inState('failed'), 'failed');
  assert.equal(lost.errorReason.code, 40160);
  assert.equal(client.connection.state, 'connected');
  await refused(kept.publish('m', 'x'), 40160, 401);
  await lab.rest().channels.get(kept.name).publish('m', 'still heard');
  assert.equal((await messages.next()).data, 'still heard');
  assert.equal(kept.state, 'attached');
});

scenario('a token of another client cannot take a connection over', async (lab) => {
  const client = await lab.connected({ token: lab.jwt({ clientId: 'ann' }) });
  const connection = states(client.connection);
  await refused(client.auth.authorize(null, { token: lab.jwt({ clientId: 'bob' }) }), 40102);
  await connection.upTo(inState('failed'), 'failed');
});

/** An `authCallback` of a function that returns a promise. */
function answering(give) {
  return (params, done) => {
    give(params).then(
      (token) => done(null, token),
      (error) => done(error, null),
    );
  };
}

await run();
