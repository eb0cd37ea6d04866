// What the official SDK makes of recordings: node expect.mjs, with
// {"from": "history" | "live", "files": ["1.json"]} as its input. Writes 1.expected.json beside
// 1.json (from live messages 1.live.json), and prints a line of JSON for each.

import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { load } from '../../official/javascript/packages.mjs';
import { FakeChannel } from './fake-channel.mjs';
import { writeWhole } from './files.mjs';
import { ids, snapshot } from './snapshot.mjs';

const { createClientSession } = load('@ably/ai-transport/vercel');
const WRITTEN = { history: '.expected.json', live: '.live.json' };
const FOLDS = { history: fromHistory, live: fromLive };

const { from, files } = JSON.parse(await text(process.stdin));
for (const file of files) {
  process.stdout.write(`${JSON.stringify(await expect(file))}\n`);
}

/** Writes what is expected of a recording, and tells how it went. */
async function expect(file) {
  const begun = performance.now();
  const recording = JSON.parse(await readFile(file, 'utf-8'));
  const told = await expected(recording).catch((error) => ({ error: error?.stack ?? `${error}` }));
  if (told.value) await writeWhole(file.replace(/\.json$/, WRITTEN[from]), told.value);
  const { error = null, complaints = [] } = told;
  const ms = Math.round(performance.now() - begun);
  return { seed: recording.seed, error, complaints, ms };
}

async function expected(recording) {
  const { session, watched, complaints } = await FOLDS[from](recording);
  const shown = snapshot(session, recording.history);
  const value = watched ? { ...shown, watched: ids(watched) } : shown;
  await session.close();
  return { value, complaints };
}

/** A session that begins when all is past. */
async function fromHistory(recording) {
  const channel = await FakeChannel.of(recording, recording.history);
  return opened(channel);
}

/** A session that hears everything; `watched` is a view that was open all the time. */
async function fromLive(recording) {
  const channel = await FakeChannel.of(recording, []);
  const { session, complaints } = await opened(channel);
  await channel.deliver(recording.live);
  return { session, complaints, watched: session.view };
}

async function opened(channel) {
  const session = createClientSession({ client: channel.client, channelName: channel.name });
  const complaints = [];
  session.on('error', (error) => complaints.push(error.message));
  await session.connect();
  while (session.view.hasOlder()) await session.view.loadOlder(1e6);
  return { session, complaints };
}
