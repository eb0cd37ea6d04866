// What happened, in order, for tests to wait for.

import assert from 'node:assert/strict';

const TIMEOUT = 30_000;

export class Queue {
  #items = [];
  #changed = () => {};

  push = (item) => {
    this.#items.push(item);
    this.#changed();
  };

  /** Waits for `count` items and takes them. */
  async take(count) {
    await this.#until(() => this.#items.length >= count, `${count} items`);
    return this.#items.splice(0, count);
  }

  async next() {
    const [item] = await this.take(1);
    return item;
  }

  /** Takes everything up to the first item that is `last`, and returns it without that one. */
  async upTo(last, what = 'the last') {
    await this.#until(() => this.#items.some(last), what);
    return this.#items.splice(0, this.#items.findIndex(last) + 1).slice(0, -1);
  }

  /** Everything that has come and was not taken yet. */
  get rest() {
    return [...this.#items];
  }

  async #until(enough, what) {
    const end = Date.now() + TIMEOUT;
    while (!enough()) {
      const left = end - Date.now();
      assert.ok(left > 0, `waited for ${what}, but there is only ${brief(this.#items)}`);
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#changed = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}

function brief(items) {
  const shown = items.map((item) => ({ name: item.name, data: item.data, action: item.action }));
  return JSON.stringify(shown).slice(0, 500);
}

/** Subscribes and attaches; what the channel brings is in the queue. */
export async function listen(channel) {
  const queue = new Queue();
  await channel.subscribe(queue.push);
  return queue;
}

/** Watches presence; what happens is in the queue. */
export async function watch(channel) {
  const queue = new Queue();
  await channel.presence.subscribe(queue.push);
  return queue;
}

/** Notes every state that a connection or a channel comes to. */
export function states(emitter) {
  const queue = new Queue();
  emitter.on(queue.push);
  return queue;
}

export const named = (name) => (message) => message.name === name;
export const inState = (state) => (change) => change.current === state;

/** Waits for the error that `work` must fail with, and checks its code. */
export async function refused(work, code, status) {
  const error = await work.then(
    () => assert.fail(`it was not refused; ${code} was expected`),
    (problem) => problem,
  );
  assert.equal(error.code, code, String(error.stack ?? error));
  if (status !== undefined) assert.equal(error.statusCode, status);
  return error;
}
