// An agent of the official SDK that says tokens at a steady rate, in a process of its own:
// node official_pipe.mjs ORDER, as our_pipe.py has it.

import { Ably, load } from '../tests/official/javascript/packages.mjs';

const { Invocation } = load('@ably/ai-transport');
const { createAgentSession } = load('@ably/ai-transport/vercel');

const order = JSON.parse(process.argv[2]);
let began;

/** Seconds of the clock that Python calls monotonic. */
const now = () => Number(process.hrtime.bigint()) / 1e9;

async function* chunks() {
  const { tokens, count, rate } = order;
  yield { type: 'start' };
  yield { type: 'text-start', id: 't' };
  began = now();
  let said = 0;
  while (said < count) {
    const due = rate === null ? count : Math.min(count, Math.floor((now() - began) * rate) + 1);
    for (; said < due; said++) {
      yield { type: 'text-delta', id: 't', delta: tokens[said % tokens.length] };
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  yield { type: 'text-end', id: 't' };
  yield { type: 'finish' };
}

const { key, port, channel, event } = order;
const client = new Ably.Realtime({
  endpoint: '127.0.0.1',
  port,
  tls: false,
  key,
  clientId: 'agent',
});
const session = createAgentSession({ client, channelName: channel });
await session.connect();
const run = session.createRun(Invocation.fromJSON({ inputEventId: event, sessionName: channel }));
while (run.view.hasOlder()) await run.view.loadOlder();
await run.start();
const piped = await run.pipe(chunks());
if (piped.error) throw piped.error;
await run.end({ reason: 'complete' });
process.stdout.write(`${JSON.stringify(began)}\n`);
process.exit(0);
