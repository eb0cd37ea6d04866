// The official codec, asked over stdin: a line of JSON in, {encode: script}, {fold: deliveries} or
// {calls: messages}, and a line of JSON out.

import { createInterface } from 'node:readline';
import { load } from '../../official/javascript/packages.mjs';
import { Channel } from './channel.mjs';

const vercel = load('@ably/ai-transport/vercel');
const ACTIONS = ['create', 'update', 'delete', 'meta', 'summary', 'append'];

const codec = vercel.createUIMessageCodec();
const answers = { encode, fold, calls };
for await (const line of createInterface({ input: process.stdin })) {
  const [[name, given]] = Object.entries(JSON.parse(line));
  process.stdout.write(`${JSON.stringify(await answers[name](given))}\n`);
}

/** What a script's steps put on the channel, and the steps that failed. */
async function encode({ encoders, steps }) {
  const channel = new Channel();
  const known = new Map();
  const client = codec.createEncoder(channel);
  const failed = [];
  for (const [index, step] of steps.entries()) {
    try {
      await take(step);
    } catch (error) {
      if (error.code === undefined) throw error;
      failed.push(index);
    }
  }
  return { deliveries: channel.deliveries, failed };

  async function take({ input, headers, messageId, encoder, cancel, output }) {
    if (input) return client.publishInput(input, { extras: { headers }, messageId });
    return cancel ? agent(cancel).cancelStreams() : agent(encoder).publishOutput(output);
  }

  function agent(name) {
    const { headers, messageId } = encoders[name];
    if (!known.has(name)) {
      known.set(name, codec.createEncoder(channel, { extras: { headers }, messageId }));
    }
    return known.get(name);
  }
}

/** The messages of each node: of a Run, or of a user's message. */
function fold(deliveries) {
  const decoder = codec.createDecoder();
  const events = new Map();
  for (const { action, version, ...rest } of deliveries) {
    const message = { ...rest, action: `message.${ACTIONS[action]}`, version: { serial: version } };
    if (!events.has(message.serial)) events.set(message.serial, placed(message));
    const { inputs, outputs } = decoded(decoder, message);
    const own = events.get(message.serial).events;
    own.push(...inputs.map((event) => ({ direction: 'input', event })));
    own.push(...outputs.map((event) => ({ direction: 'output', event })));
  }
  const projections = new Map();
  for (const [serial, { node, messageId, events: own }] of [...events].sort(bySerial)) {
    if (node === undefined) continue;
    let projection = projections.get(node) ?? codec.init();
    for (const event of own) {
      try {
        projection = codec.fold(projection, event, { serial, messageId });
      } catch {
        // Left out, as its tree does.
      }
    }
    projections.set(node, projection);
  }
  const messages = [...projections].map(([node, state]) => [node, codec.getMessages(state)]);
  return Object.fromEntries(messages.filter(([, list]) => list.length > 0));
}

/** The tool calls of the last message that wait: to be run or answered, and approved by now. */
function calls(messages) {
  const [pending, approved] = [vercel.pendingToolCalls, vercel.approvedPendingToolCalls];
  return { pending: pending(messages), approved: approved(messages) };
}

/** What an error ends is left out, as its session does. */
function decoded(decoder, message) {
  try {
    return decoder.decode(message);
  } catch {
    return { inputs: [], outputs: [] };
  }
}

function placed({ name, extras }) {
  const transport = extras?.ai?.transport ?? {};
  const messageId = transport['codec-message-id'];
  const own = name === 'ai-input' ? messageId : undefined;
  return { node: transport['run-id'] ?? own, messageId, events: [] };
}

function bySerial([one], [other]) {
  return one < other ? -1 : 1;
}
