// What clients and agents have in common: a channel, and marks on it that tell how far one is.

const MARK = 'mark';

export class Side {
  #marks = new Set();
  #off;

  constructor(client, session, channel) {
    this.client = client;
    this.session = session;
    this.channel = client.channels.get(channel);
    this.errors = [];
    session.on('error', (error) => this.errors.push(error.code));
    this.#off = session.tree.on('ably-message', ({ name, data }) => {
      if (name === MARK) this.#marks.add(data);
    });
  }

  /** Puts a mark on the channel, behind all that was published before. */
  async mark({ mark }) {
    await this.channel.publish(MARK, mark);
  }

  /** Waits until the mark has come, and so all that was before it. */
  async upTo({ mark }) {
    await until(
      () => this.#marks.has(mark),
      (done) => this.session.tree.on('ably-message', done),
    );
  }

  /** The codes of the errors that the session told of. */
  complaints() {
    return this.errors;
  }

  async leave() {
    this.#off();
    await this.close();
    this.client.channels.release(this.channel.name);
  }
}

/** Waits until something is so; `hear(listener)` has it looked at again, and returns its end. */
export async function until(isSo, ...hear) {
  if (isSo()) return;
  const offs = [];
  await new Promise((resolve) => {
    const look = () => isSo() && resolve();
    for (const on of hear) offs.push(on(look));
  });
  for (const off of offs) off();
}
