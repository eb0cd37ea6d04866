// What a channel carries, as the hub writes it: no client of Ably's in between.

import { load } from '../../official/javascript/packages.mjs';

const { WebSocket } = load('ws');

const [HEARTBEAT, ERROR, ATTACH, ATTACHED, DETACH, MESSAGE] = [0, 9, 10, 11, 12, 15];
const OF_THE_FRAME = ['connectionId', 'timestamp'];

/** One connection, which hears one channel at a time. */
export class Wire {
  #socket;
  #waiting = new Map();
  #pings = 0;
  #channel;
  heard = [];

  static async connected({ host, port, key }) {
    const wire = new Wire();
    const query = new URLSearchParams({ key, v: '6', format: 'json', clientId: 'recorder' });
    wire.#socket = new WebSocket(`ws://${host}:${port}/?${query}`);
    wire.#socket.on('message', (text) => wire.#receive(JSON.parse(text)));
    await new Promise((resolve, reject) => {
      wire.#socket.once('open', resolve);
      wire.#socket.once('error', reject);
    });
    return wire;
  }

  /** Hears this channel from now on, and no other. */
  async listen(channel) {
    if (this.#channel) this.#send({ action: DETACH, channel: this.#channel });
    this.#channel = channel;
    this.heard = [];
    this.#send({ action: ATTACH, channel });
    await this.#answer(`attached ${channel}`);
  }

  /** What was published before is heard when this is done. */
  async ping() {
    const id = `ping ${this.#pings++}`;
    this.#send({ action: HEARTBEAT, id });
    await this.#answer(id);
  }

  close() {
    this.#socket.close();
  }

  #send(frame) {
    this.#socket.send(JSON.stringify(frame));
  }

  #answer(name) {
    return new Promise((resolve) => this.#waiting.set(name, resolve));
  }

  #receive(frame) {
    if (frame.action === ERROR) throw new Error(`the hub refused: ${JSON.stringify(frame.error)}`);
    if (frame.action === MESSAGE && frame.channel === this.#channel) this.heard.push(...of(frame));
    const name = frame.action === ATTACHED ? `attached ${frame.channel}` : frame.id;
    this.#waiting.get(name)?.();
    this.#waiting.delete(name);
  }
}

/** The messages of a frame, each with what the frame says for all of them. */
function of(frame) {
  return frame.messages.map((message, index) => {
    const shared = OF_THE_FRAME.filter((name) => name in frame).map((name) => [name, frame[name]]);
    return { id: `${frame.id}:${index}`, ...Object.fromEntries(shared), ...message };
  });
}

/** The whole history of a channel, oldest first. */
export async function history({ host, port, key }, channel) {
  const folder = `http://${host}:${port}/channels/${encodeURIComponent(channel)}/`;
  const headers = { authorization: `Basic ${Buffer.from(key).toString('base64')}` };
  const found = [];
  for (let page = 'messages?direction=forwards&limit=1000'; page; ) {
    const answer = await fetch(folder + page, { headers });
    const body = await answer.json();
    if (!answer.ok) throw new Error(`the hub refused: ${JSON.stringify(body)}`);
    found.push(...body);
    page = /<\.\/([^>]*)>;\s*rel="next"/.exec(answer.headers.get('link') ?? '')?.[1];
  }
  return found;
}
