// What a scenario works with: clients of the official SDK, which end with it.

import { createHmac, randomUUID } from 'node:crypto';
import { OwnHub } from './hub.mjs';
import { Ably } from './packages.mjs';
import { Relay } from './relay.mjs';

export class Lab {
  #clients = [];
  #relays = [];
  #hubs = [];

  constructor(hub, format, name) {
    this.hub = hub;
    this.format = format;
    this.channel = `test:${name.replaceAll(' ', '-')}:${format}:${randomUUID().slice(0, 8)}`;
  }

  get otherFormat() {
    return this.format === 'json' ? 'msgpack' : 'json';
  }

  /** The options of a client; with `key: undefined` in the overrides it has no key. */
  options({ format = this.format, relay, ...overrides } = {}) {
    const options = {
      endpoint: this.hub.host,
      port: relay?.port ?? this.hub.port,
      tls: false,
      key: this.hub.key,
      useBinaryProtocol: format === 'msgpack',
      disconnectedRetryTimeout: 100,
      logHandler: () => {},
      ...overrides,
    };
    if (['token', 'authCallback', 'tokenDetails'].some((name) => name in options)) {
      delete options.key;
    }
    return options;
  }

  realtime(overrides) {
    const client = new Ably.Realtime(this.options(overrides));
    this.#clients.push(client);
    return client;
  }

  /** A realtime client that has connected. */
  async connected(overrides) {
    const client = this.realtime(overrides);
    await reached(client.connection, 'connected');
    return client;
  }

  rest(overrides) {
    return new Ably.Rest(this.options(overrides));
  }

  /** A token as an app's own server would make it: `claims` are added to the usual ones. */
  jwt({ clientId, capability, life = 3600, ...claims } = {}) {
    const [name, secret] = this.hub.key.split(':');
    const now = Math.floor(Date.now() / 1000);
    const all = {
      iat: now,
      exp: now + life,
      ...(clientId && { 'x-ably-clientId': clientId }),
      ...(capability && { 'x-ably-capability': JSON.stringify(capability) }),
      ...claims,
    };
    const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const text = `${part({ alg: 'HS256', typ: 'JWT', kid: name })}.${part(all)}`;
    return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
  }

  /** Works with a hub of its own from now on, started with these arguments. */
  async ownHub(...given) {
    const hub = await new OwnHub(this.hub.python, ...given).start();
    this.#hubs.push(hub);
    this.hub = hub;
    return hub;
  }

  async relay() {
    const relay = await Relay.before(this.hub);
    this.#relays.push(relay);
    return relay;
  }

  async close() {
    for (const client of this.#clients) client.close();
    const closed = this.#clients.map((client) => ended(client.connection));
    await Promise.race([Promise.all(closed), after(2_000)]);
    for (const relay of this.#relays) relay.close();
    await Promise.all(this.#hubs.map((hub) => hub.kill()));
  }
}

/** Waits for a state of a connection or a channel; fails if it fails instead. */
export async function reached(emitter, state) {
  if (emitter.state === state) return;
  await new Promise((resolve, reject) => {
    emitter.on((change) => {
      if (change.current === state) resolve();
      else if (change.current === 'failed') reject(change.reason);
    });
  });
}

function ended(connection) {
  if (connection.state === 'closed' || connection.state === 'failed') return Promise.resolve();
  return new Promise((resolve) => connection.once(['closed', 'failed'], resolve));
}

/** For the passing of time itself; not to wait for something. */
export const after = (time) => new Promise((resolve) => setTimeout(resolve, time));
