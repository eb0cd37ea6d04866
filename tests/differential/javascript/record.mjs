// Records sessions of the official SDK: node record.mjs, with {"hub": {"host", "port", "key"},
// "seeds": [1, 2], "out": "a folder", "late": true} as its input. Writes 1.json for seed 1, with
// `late` also 1.late.json, what a user sees who comes late; and prints a line of JSON for each.
// SIGTERM ends it after the one it is at.

import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { writeWhole } from './files.mjs';
import { play } from './script.mjs';
import { Stage } from './stage.mjs';

const TIMEOUT = 30_000;

let stopped = false;
process.once('SIGTERM', () => {
  stopped = true;
});
// The SDK leaves rejections of what a dead agent still wanted to publish.
process.on('unhandledRejection', () => {});

const { hub, seeds, out, late } = JSON.parse(await text(process.stdin));
const stage = await Stage.open(hub);
for (const seed of seeds) {
  if (stopped) break;
  process.stdout.write(`${JSON.stringify(await record(seed))}\n`);
}
await stage.close();
process.exit(0);

/** Records one seed, and tells how it went. */
async function record(seed) {
  const begun = performance.now();
  const scene = await stage.scene(seed);
  let error = null;
  try {
    const recording = await within(
      TIMEOUT,
      play(scene).then(() => scene.recorded()),
    );
    await writeWhole(join(out, `${seed}.json`), recording);
    if (late) await writeWhole(join(out, `${seed}.late.json`), await scene.shownLate());
  } catch (problem) {
    error = `${problem?.stack ?? problem}\nafter ${[...scene.kinds].join(', ')}`;
  }
  await scene.end();
  return { seed, error, ms: Math.round(performance.now() - begun) };
}

function within(time, work) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${time} ms`)), time);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
