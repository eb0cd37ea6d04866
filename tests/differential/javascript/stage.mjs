// The connections of a recorder, and the scene of one seed: two users, two agents, a stranger.

import { setImmediate } from 'node:timers/promises';
import { Lab } from '../../official/javascript/lab.mjs';
import { load } from '../../official/javascript/packages.mjs';
import { Random } from './random.mjs';
import { snapshot } from './snapshot.mjs';
import { history, Wire } from './wire.mjs';

const { createAgentSession, createClientSession, createUIMessageCodec } = load(
  '@ably/ai-transport/vercel',
);
// The most that the hub gives at once.
const ONE_PAGE = 1000;
const USERS = { ann: 'json', bob: 'msgpack' };
const AGENTS = { ai: 'json', helper: 'msgpack' };

export const codec = createUIMessageCodec();

/** Connections that serve one scene after the other. */
export class Stage {
  static async open(hub) {
    const stage = new Stage();
    stage.hub = hub;
    stage.lab = new Lab(hub, 'json', 'recorder');
    stage.clients = {};
    const connect = async ([clientId, format]) => {
      stage.clients[clientId] = await stage.lab.connected({ clientId, format });
    };
    const all = { ...USERS, ...AGENTS, stranger: 'json', late: 'json' };
    await Promise.all(Object.entries(all).map(connect));
    stage.wire = await Wire.connected(hub);
    return stage;
  }

  async scene(seed) {
    const scene = new Scene(this, seed);
    await scene.begin();
    return scene;
  }

  async close() {
    this.wire.close();
    await this.lab.close();
  }
}

/** One session on one channel, and what was done in it. */
export class Scene {
  #ids = 0;
  #sessions = [];
  kinds = new Set();
  // Runs that wait for a user, for whom nobody waits.
  waiting = [];

  did = (kind) => this.kinds.add(kind);

  /** An id that this seed gives no second time. */
  id = (of) => {
    this.#ids += 1;
    return `${of}-${this.seed}-${this.#ids}`;
  };

  constructor(stage, seed) {
    this.stage = stage;
    this.seed = seed;
    this.channel = `differential:${seed}`;
    this.clients = new Set(Object.values(stage.clients));
    this.random = new Random(seed);
  }

  async begin() {
    await this.stage.wire.listen(this.channel);
    this.stranger = this.stage.clients.stranger.channels.get(this.channel);
    const users = Object.keys(USERS).map(async (name) => {
      this[name] = await this.user(name);
    });
    const agents = Object.keys(AGENTS).map(async (name) => {
      this[name] = await this.agent(name);
    });
    await Promise.all([...users, ...agents]);
    this.users = [this.ann, this.bob];
  }

  async user(name, options) {
    const client = this.stage.clients[name];
    const session = createClientSession({ client, channelName: this.channel, ...options });
    this.#sessions.push(() => session.close());
    await session.connect();
    return { client, session, view: session.view };
  }

  async agent(name, client = this.stage.clients[name]) {
    const session = createAgentSession({ client, channelName: this.channel });
    this.#sessions.push(() => session.detach());
    await session.connect();
    return { client, session };
  }

  /** An agent in a process of its own, as it were: nothing of it lasts beyond its connection. */
  async mortalAgent() {
    const client = await this.stage.lab.connected({ clientId: 'mortal' });
    this.clients.add(client);
    const agent = await this.agent('mortal', client);
    const die = () => this.clients.delete(client) && client.close();
    this.#sessions.push(die);
    return { ...agent, die };
  }

  get heard() {
    return this.stage.wire.heard;
  }

  /** Waits until all have what all have sent: twice, since what is sent must first arrive. */
  async settle() {
    for (let round = 0; round < 2; round += 1) {
      const pings = [...this.clients].map((client) => client.connection.ping());
      await Promise.all([...pings, this.stage.wire.ping()]);
      await setImmediate();
    }
  }

  async recorded() {
    await this.settle();
    const live = this.heard;
    const past = await history(this.stage.hub, this.channel);
    const known = new Set(live.map((message) => message.serial));
    const missing = past.filter((message) => !known.has(message.serial));
    if (missing.length > 0) throw new Error(`not heard: ${JSON.stringify(missing[0])}`);
    const { seed, channel } = this;
    return { seed, channel, kinds: [...this.kinds].sort(), live, history: past };
  }

  /** What a user sees who comes when all is over, and has all history in one page. */
  async shownLate() {
    const { session, view } = await this.user('late', { historyPageSize: ONE_PAGE });
    while (view.hasOlder()) await view.loadOlder(1e6);
    return snapshot(session, this.heard);
  }

  async end() {
    await Promise.allSettled(this.#sessions.map(async (end) => end()));
    for (const client of Object.values(this.stage.clients)) {
      await client.channels.get(this.channel).detach();
      client.channels.release(this.channel);
    }
  }
}
