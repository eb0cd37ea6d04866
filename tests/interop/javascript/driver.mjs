// Plays clients and agents of the official SDK as it is told: a line of JSON in is one command,
// {"id", "to", "do", "with"}, and a line out what came of it. tests/interop/python does the same.

import { createInterface } from 'node:readline';
import { Lab } from '../../official/javascript/lab.mjs';
import { AgentSide } from './agent.mjs';
import { ClientSide } from './client.mjs';

const TIMEOUT = 15_000;
const SIDES = { join: ClientSide, serve: AgentSide };

const lab = new Lab(JSON.parse(process.argv[2]), 'msgpack', 'interop');
const connections = new Map();
const participants = new Map();

for await (const line of createInterface({ input: process.stdin })) void handle(JSON.parse(line));
await lab.close();
process.exit(0);

async function handle({ id, ...command }) {
  let told;
  try {
    told = { id, value: (await within(perform(command), command)) ?? null };
  } catch (error) {
    told = { id, error: { code: error?.code ?? null, message: error?.stack ?? `${error}` } };
  }
  process.stdout.write(`${JSON.stringify(told)}\n`);
}

async function perform({ to, do: what, with: given }) {
  const Side = SIDES[what];
  if (Side === undefined) return participants.get(to)[inCamelCase(what)](given);
  participants.set(to, await Side.begin(await connection(to, given), given));
}

/** Connections outlive sessions: who comes again under a name has the same one. */
async function connection(name, { as, format = 'msgpack' }) {
  const known = connections.get(name);
  if (known?.connection.state === 'connected') return known;
  const client = await lab.connected({ clientId: as, format });
  connections.set(name, client);
  return client;
}

function inCamelCase(name) {
  return name.replaceAll(/_(.)/g, (_, letter) => letter.toUpperCase());
}

function within(work, { to, do: what }) {
  let timer;
  const late = new Promise((_, reject) => {
    const now = () => JSON.stringify(participants.get(to)?.now?.() ?? null);
    const fail = () => reject(new Error(`${to} ${what}: not done in time; there is ${now()}`));
    timer = setTimeout(fail, TIMEOUT);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
