// Runs the scenarios of a file against a hub, and prints what became of each as one line of JSON.

import { Lab } from './lab.mjs';

const FORMATS = ['json', 'msgpack'];
const TIMEOUT = 60_000;
const AT_ONCE = 6;

const scenarios = [];

/** Registers `body(lab)`, which must end without an error with each format. */
export function scenario(name, body) {
  scenarios.push({ name, body });
}

/** Runs all that was registered; the hub is the argument of the command, as JSON. */
export async function run() {
  const hub = JSON.parse(process.argv[2]);
  const waiting = scenarios.flatMap((one) => FORMATS.map((format) => ({ ...one, format })));
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await judge(next, hub);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  process.exit(0);
}

async function judge({ name, body, format }, hub) {
  const lab = new Lab(hub, format, name);
  let error = null;
  try {
    await within(body(lab), TIMEOUT);
  } catch (problem) {
    error = problem?.stack ?? String(problem);
    if (problem?.code) error += `\ncode ${problem.code}`;
  }
  await lab.close();
  process.stdout.write(`${JSON.stringify({ name, format, ok: error === null, error })}\n`);
}

function within(work, time) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${time} ms`)), time);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
