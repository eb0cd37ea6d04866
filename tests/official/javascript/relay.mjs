// A TCP relay in front of the hub, by which a test takes a client's connection away.

import net from 'node:net';

export class Relay {
  #pairs = new Set();
  #server;
  #refusing = false;
  #mute = false;

  static async before({ host, port }) {
    const relay = new Relay();
    relay.#server = net.createServer((client) => relay.#relay(client, host, port));
    await new Promise((resolve) => relay.#server.listen(0, '127.0.0.1', resolve));
    return relay;
  }

  get port() {
    return this.#server.address().port;
  }

  /** Ends all connections, without a word. */
  cut() {
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
  }

  /** Ends all connections, and lets none come until `release()`. */
  hold() {
    this.#refusing = true;
    this.cut();
  }

  release() {
    this.#refusing = false;
    this.#mute = false;
  }

  /** From now on the hub hears its clients, but they do not hear it. */
  mute() {
    this.#mute = true;
  }

  close() {
    this.cut();
    this.#server.close();
  }

  #relay(client, host, port) {
    if (this.#refusing) {
      client.destroy();
      return;
    }
    const hub = net.connect(port, host);
    const pair = [client, hub];
    this.#pairs.add(pair);
    client.on('data', (bytes) => hub.write(bytes));
    hub.on('data', (bytes) => this.#mute || client.write(bytes));
    for (const socket of pair) {
      socket.on('error', () => {});
      socket.on('close', () => {
        this.#pairs.delete(pair);
        for (const one of pair) one.destroy();
      });
    }
  }
}
