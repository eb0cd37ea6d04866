// What the official SDK takes to fold a conversation, in a process of its own:
// node --expose-gc official_fold.mjs live|history|memory FILE
// Prints a line of JSON: the seconds of each tenth, of each load, or the bytes that stay.

import { readFileSync } from 'node:fs';
import { FakeChannel } from '../tests/differential/javascript/fake-channel.mjs';
import { Ably, load } from '../tests/official/javascript/packages.mjs';

const { createClientSession } = load('@ably/ai-transport/vercel');
const TENTHS = 10;
const LOADS = 9;
const EVERYTHING = 1e6;

/** A channel of decoded messages: delivered by hand, or given as history, once. */
class Direct extends FakeChannel {
  #past;

  constructor(past = []) {
    super('session', []);
    this.#past = past;
  }

  async subscribe(listener) {
    this.listener = listener;
  }

  async history() {
    const items = this.#past.toReversed();
    this.#past = [];
    return { items, hasNext: () => false, next: async () => null };
  }
}

async function messagesIn(file) {
  const lines = readFileSync(file, 'utf-8').trim().split('\n');
  return Ably.Realtime.Message.fromEncodedArray(lines.map((line) => JSON.parse(line)));
}

async function opened(channel) {
  const session = createClientSession({ client: channel.client, channelName: channel.name });
  await session.connect();
  return session;
}

/** Takes messages in as they come, with someone who reads what each has changed. */
async function live(file) {
  const messages = await messagesIn(file);
  const channel = new Direct();
  const session = await opened(channel);
  await session.view.loadOlder(1);
  session.view.on('update', () => session.view.getMessages().at(-1));
  const size = Math.floor(messages.length / TENTHS);
  return Array.from({ length: TENTHS }, (_, tenth) => {
    const part = messages.slice(tenth * size, (tenth + 1) * size);
    const began = performance.now();
    for (const message of part) channel.listener(message);
    return (performance.now() - began) / 1000;
  });
}

/** Takes everything in at once, the newest first, and shows it; then does it again and again. */
async function history(file) {
  const seconds = [];
  while (seconds.length < LOADS) {
    const session = await opened(new Direct(await messagesIn(file)));
    // What reading the file has left behind is not the fold's to clear away.
    if (!seconds.length) gc();
    const began = performance.now();
    await session.view.loadOlder(EVERYTHING);
    if (!session.view.getMessages().length) throw new Error('nothing came of it');
    seconds.push((performance.now() - began) / 1000);
  }
  return seconds;
}

/** Keeps a conversation, and shows it. */
async function memory(file) {
  gc();
  const before = process.memoryUsage().heapUsed;
  const session = await opened(new Direct(await messagesIn(file)));
  await session.view.loadOlder(EVERYTHING);
  gc();
  if (!session.view.getMessages().length) throw new Error('nothing came of it');
  return [process.memoryUsage().heapUsed - before];
}

const [, , what, file] = process.argv;
process.stdout.write(`${JSON.stringify(await { live, history, memory }[what](file))}\n`);
process.exit(0);
