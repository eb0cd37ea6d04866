// What the browser test does in its page, with the official bundle of `ably` beside it.

/* global Ably */

function options({ host, port, token, key }, binary) {
  return {
    endpoint: host,
    port,
    tls: false,
    useBinaryProtocol: binary,
    ...(token ? { token } : { key }),
  };
}

async function connected(hub, binary) {
  const client = new Ably.Realtime(options(hub, binary));
  await new Promise((resolve, reject) => {
    client.connection.on('connected', resolve);
    client.connection.on('failed', (change) => reject(change.reason));
  });
  return client;
}

/** Publishes, appends, and collects what two clients of the page see of it. */
async function publishAndAppend(hub, channel, binary) {
  const [writer, reader] = await Promise.all([connected(hub, binary), connected(hub, !binary)]);
  const seen = [];
  let done;
  const all = new Promise((resolve) => {
    done = resolve;
  });
  await reader.channels.get(channel).subscribe((message) => {
    const { action, name, data, clientId } = message;
    const plain = data instanceof ArrayBuffer ? [...new Uint8Array(data)] : data;
    seen.push([action, name, plain, clientId]);
    if (name === 'end') done();
  });
  const mine = writer.channels.get(channel);
  const { serials } = await mine.publish('m', 'a \u{1F642}');
  for (const data of [' b', ' c']) await mine.appendMessage({ serial: serials[0], data });
  await mine.publish('bytes', new Uint8Array([0, 128, 255]));
  await mine.publish('end', { of: 'all' });
  await all;
  const { transport } = writer.connection.connectionManager.activeProtocol;
  writer.close();
  reader.close();
  return { seen, transport: transport.shortName };
}

/** Reads history in pages, over REST, as a page of another origin may. */
async function pages(hub, channel, binary, limit) {
  const rest = new Ably.Rest(options(hub, binary));
  const all = [];
  let page = await rest.channels.get(channel).history({ limit, direction: 'forwards' });
  for (; page; page = await page.next()) all.push(page.items.map((message) => message.data));
  return all;
}

async function presence(hub, channel, binary) {
  const [member, watcher] = await Promise.all([connected(hub, binary), connected(hub, !binary)]);
  const seen = [];
  const left = new Promise((resolve) => {
    watcher.channels.get(channel).presence.subscribe((event) => {
      seen.push([event.action, event.clientId, event.data]);
      if (event.action === 'leave') resolve();
    });
  });
  await watcher.channels.get(channel).attach();
  const mine = member.channels.get(channel).presence;
  await mine.enter('here');
  const over = new Ably.Rest(options(hub, binary)).channels.get(channel).presence;
  const members = (await over.get()).items.map((one) => [one.action, one.clientId]);
  await mine.update({ mood: 'good' });
  await mine.leave();
  await left;
  member.close();
  watcher.close();
  return { seen: seen.slice(0, -1), members };
}

/** The code of the error that the client is given. */
async function historyError(hub, channel) {
  const rest = new Ably.Rest(options(hub, false));
  return rest.channels
    .get(channel)
    .history()
    .then(
      () => null,
      (error) => [error.code, error.statusCode],
    );
}

/** What plain requests of a page are answered, with whatever the browser adds by itself. */
async function requests(asked) {
  const answers = [];
  for (const [method, url, given] of asked) {
    const answer = await fetch(url, { method, credentials: 'include', ...given });
    answers.push([answer.status, await answer.text()]);
  }
  return answers;
}

/** What a page is shown of an answer's headers. */
async function headers(url, token, names) {
  const answer = await fetch(url, { headers: { Authorization: `Bearer ${btoa(token)}` } });
  return names.map((name) => answer.headers.get(name));
}

/** The first thing that a socket without credentials is told. */
function socketAnswer(url) {
  return new Promise((resolve) => {
    const socket = new WebSocket(url);
    socket.onmessage = (event) => resolve(event.data);
    socket.onclose = (event) => resolve(`closed ${event.code}`);
  });
}

window.lab = { publishAndAppend, pages, presence, historyError, requests, headers, socketAnswer };
