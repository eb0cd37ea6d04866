// A user of the official SDK, who has no key: a token from one endpoint, and an agent behind another.
// Takes what to do as JSON, and prints what came of it as JSON.

import { Ably, load } from '../../official/javascript/packages.mjs';

const { createClientSession, createUIMessageCodec } = load('@ably/ai-transport/vercel');
const codec = createUIMessageCodec();
const given = JSON.parse(process.argv[2]);

const client = new Ably.Realtime({
  endpoint: given.host,
  port: given.port,
  tls: false,
  logHandler: () => {},
  ...given.options,
});
const told = await connected(client);
if (told.error === undefined && given.session !== undefined) await talk();
client.close();
process.stdout.write(JSON.stringify(told));

async function connected({ connection, auth }) {
  const change = await new Promise((resolve) => {
    connection.once(['connected', 'disconnected', 'failed'], resolve);
  });
  const { reason } = change;
  if (change.current === 'connected') return { clientId: auth.clientId };
  return { error: { code: reason.code, cause: reason.cause?.code, message: `${reason}` } };
}

async function talk() {
  const session = createClientSession({ client, channelName: given.session });
  await session.connect();
  const run = await session.view.send(codec.createUserMessage(message('Hello from JavaScript!')));
  const answer = await fetch(given.invoke, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...given.headers },
    body: JSON.stringify(run.toInvocation()),
  });
  told.status = answer.status;
  told.answer = await answer.json();
  if (answer.ok) {
    await run.started;
    told.runId = run.runId;
    while (run.status === 'active') await new Promise((done) => session.tree.on('run', done));
    told.run = run.status;
    told.messages = session.view
      .getMessages()
      .map(({ message: { role, parts } }) => [role, parts.map(({ text }) => text ?? '').join('')]);
  }
  await session.close();
}

function message(text) {
  return { id: crypto.randomUUID(), role: 'user', parts: [{ type: 'text', text }] };
}
