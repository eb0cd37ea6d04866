// What an encoder writes to, in the place of a channel.

/** Records what is written to it. Serials are the same as the interpreter's in Python. */
export class Channel {
  deliveries = [];
  #last = 0;

  async publish(given) {
    const messages = [given].flat();
    const serials = messages.map((message) => {
      const serial = this.#next();
      this.#note({ ...message, action: 0, serial, version: serial });
      return serial;
    });
    return { serials };
  }

  async appendMessage(message) {
    this.#note({ ...message, action: 5, version: this.#next() });
    return {};
  }

  async updateMessage(message) {
    this.#note({ ...message, action: 1, version: this.#next() });
    return {};
  }

  /** As it is now: encoders keep on changing what they have given. */
  #note(delivery) {
    this.deliveries.push(JSON.parse(JSON.stringify(delivery)));
  }

  #next() {
    this.#last += 1;
    return String(this.#last).padStart(6, '0');
  }
}
