// Official JavaScript clients in a process of their own, as tests/faults/official.py starts it.
//
// One line of JSON on stdin is a command, one on stdout its answer: "go" begins to publish, "stop"
// ends that and tells what was sent, "fold" tells what the subscribers have, "end" closes everything.

import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const [, , packages, given] = process.argv;
const Ably = createRequire(`${packages}/package.json`)('ably');
const plan = JSON.parse(given);
const WINDOW = 6;
const ACTIONS = ['message.create', 'message.update', 'message.delete', 'meta', 'message.summary', 'message.append'];
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const ledgers = [];
const subscribers = [];
const running = [];
const clients = [];
let stopping = false;

function client(index) {
  const made = new Ably.Realtime({
    endpoint: plan.host,
    port: plan.port,
    tls: false,
    key: plan.key,
    logLevel: 0,
    useBinaryProtocol: index % 2 === 1,
    disconnectedRetryTimeout: 200,
    suspendedRetryTimeout: 500,
    channelRetryTimeout: 300,
    realtimeRequestTimeout: 8000,
    disableConnectivityCheck: true,
  });
  clients.push(made);
  return made;
}

function ledger(name, channel) {
  const made = { name, channel, sent: [], serials: [], errors: [], operations: 0 };
  ledgers.push(made);
  return made;
}

async function publish(channel, book) {
  const waiting = [];
  for (let number = 0; !stopping; number++) {
    const place = book.sent.push(`${book.name} ${number} é🙂`) - 1;
    book.serials.push(null);
    waiting.push(
      channel.publish(book.name, book.sent[place]).then(
        (result) => {
          book.serials[place] = result.serials[0];
          book.operations++;
        },
        (error) => book.errors.push(`${error}`),
      ),
    );
    if (waiting.length >= WINDOW) await waiting.shift();
    await sleep(plan.pause * 2 * Math.random());
  }
  await Promise.all(waiting);
}

async function stream(channel, book) {
  while (!stopping) {
    const place = book.sent.push('') - 1;
    book.serials.push(null);
    const created = await channel.publish(book.name, '');
    const serial = created.serials[0];
    book.serials[place] = serial;
    const waiting = [];
    for (let number = 0; number < 40 && !stopping; number++) {
      const text = `${number}:ж🙂 `;
      book.sent[place] += text;
      book.operations++;
      waiting.push(channel.appendMessage({ serial, data: text }).catch((error) => book.errors.push(`${error}`)));
      if (waiting.length >= WINDOW) await waiting.shift();
      await sleep(plan.pause * 2 * Math.random());
    }
    await Promise.all(waiting);
  }
}

async function subscribe(channel, name) {
  const fold = { name, at: channel, messages: {}, problems: [], gaps: 0, givenUp: 0 };
  subscribers.push(fold);
  let newest = '';
  // A client that waits in vain for ATTACHED gives its place up, and begins anew.
  channel.on((change) => {
    if (change.current === 'suspended') fold.givenUp++;
    if (change.current === 'attached' && !change.resumed && newest) fold.gaps++;
  });
  await channel.subscribe((message) => {
    const version = message.version?.serial ?? message.serial;
    if (version <= newest) fold.problems.push(`${message.action} of ${version} after ${newest}`);
    newest = version > newest ? version : newest;
    const known = fold.messages[message.serial];
    if (message.action === 'message.append') {
      if (!known) fold.problems.push(`an append to ${message.serial}, never shown`);
      else known[1] += message.data ?? '';
      return;
    }
    if (message.action === 'message.create' && known) fold.problems.push(`${message.serial} created twice`);
    if (!ACTIONS.includes(message.action)) fold.problems.push(`action ${message.action}`);
    fold.messages[message.serial] = [message.name ?? '', message.data ?? ''];
  });
}

let index = 0;
const due = [];
for (const { kind, name, channel } of plan.parts) {
  const at = client(index++).channels.get(channel);
  if (kind === 'subscribe') await subscribe(at, name);
  else due.push(() => (kind === 'publish' ? publish : stream)(at, ledger(name, channel)));
}

const answers = {
  go: async () => {
    running.push(...due.map((begin) => begin()));
    return true;
  },
  stop: async () => {
    stopping = true;
    await Promise.all(running);
    return ledgers;
  },
  fold: async () =>
    subscribers.map(({ name, at, messages, problems, gaps, givenUp }) => ({
      name,
      channel: at.name,
      'channel state': at.state,
      state: at.client.connection.state,
      problems,
      gaps,
      'given up': givenUp,
      content: Object.keys(messages)
        .sort()
        .map((serial) => [serial, ...messages[serial]]),
    })),
  end: async () => {
    for (const made of clients) made.close();
    setTimeout(() => process.exit(0), 100);
    return true;
  },
};
process.stdout.write('"ready"\n');
for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answers[JSON.parse(line)]())}\n`);
}
