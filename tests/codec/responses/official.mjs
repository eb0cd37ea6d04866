// Plays stories to the official codec: a line of JSON in for each, and a line with what came of it.

import { createInterface } from 'node:readline';
import { load } from '../../official/javascript/packages.mjs';
import { Channel } from '../conformance/channel.mjs';

const openai = load('@ably/ai-transport/openai');
const codec = openai.ResponsesCodec;
const ACTIONS = { 0: 'message.create', 1: 'message.update', 5: 'message.append' };

for await (const line of createInterface({ input: process.stdin })) {
  const { acts, joins } = JSON.parse(line);
  const channel = new Channel();
  const refused = await played(acts, channel);
  const nodes = joins.map((join) => folded(seenBy(join, channel.deliveries)));
  const messages = Object.values(nodes[0]).flatMap((own) => own.map(({ message }) => message));
  const told = {
    refused,
    deliveries: channel.deliveries,
    events: eventsOf(seenBy(joins[0], channel.deliveries)),
    nodes,
    resolved: [...openai.resolvedCallIds(messages)],
    unanswered: openai.unansweredCalls(messages),
    approved: openai.approvedUnexecutedCalls(messages),
    input: openai.toResponsesInput(messages),
  };
  process.stdout.write(`${JSON.stringify(told)}\n`);
}

/** The code with which each act was refused, or null. */
async function played(acts, channel) {
  const encoders = new Map();
  const refused = [];
  for (const act of acts) {
    try {
      await play(act);
      refused.push(null);
    } catch (error) {
      if (error.code === undefined) throw error;
      refused.push(error.code);
    }
  }
  return refused;

  async function play({ id, headers, output, input, foreign, cancel }) {
    if (output) await agent(id).publishOutput(output);
    if (cancel) await agent(id).cancelStreams();
    const options = { messageId: id, extras: { headers } };
    if (input) await codec.createEncoder(channel).publishInput(input, options);
    if (foreign) await publishForeign(foreign);
  }

  function agent(id) {
    const headers = { 'run-id': 'run', 'codec-message-id': id };
    if (!encoders.has(id)) encoders.set(id, codec.createEncoder(channel, { extras: { headers } }));
    return encoders.get(id);
  }

  async function publishForeign({ appended, ...message }) {
    const { serials } = await channel.publish(message);
    if (appended === undefined) return;
    const { transport, codec: own } = message.extras.ai;
    const ai = { transport: { ...transport, status: 'complete' }, codec: own };
    await channel.appendMessage({ serial: serials[0], data: appended, extras: { ai } });
  }
}

/** What one who joins gets: what is there by then, less what is lost, and all that follows. */
function seenBy({ at, lost }, deliveries) {
  const known = new Map();
  for (const given of deliveries.slice(0, at)) {
    const before = known.get(given.serial);
    const grown = before && { action: 1, data: before.data + given.data };
    known.set(given.serial, { ...before, ...given, ...grown });
  }
  const history = [...known.values()].filter((_, place) => !lost.includes(place));
  return [...history, ...deliveries.slice(at)];
}

/** The messages of each node, of its events in the order of their serials. */
function folded(deliveries) {
  const decoder = codec.createDecoder();
  const nodes = {};
  for (const { version, action, ...given } of deliveries) {
    const headers = given.extras.ai.transport;
    const key = headers['run-id'] ?? headers['codec-message-id'];
    const events = decoded(decoder, { version, action, ...given }) ?? [];
    nodes[key] ??= new Map();
    const entry = nodes[key].get(given.serial) ?? { id: headers['codec-message-id'], events: [] };
    entry.events.push(...events);
    nodes[key].set(given.serial, entry);
  }
  const messages = Object.entries(nodes).map(([key, node]) => [key, messagesOf(node)]);
  return Object.fromEntries(messages.filter(([, list]) => list.length > 0));
}

/** The events of each message; null where it cannot be read. */
function eventsOf(history) {
  const decoder = codec.createDecoder();
  return history.map((given) => decoded(decoder, given)?.map(({ event }) => event) ?? null);
}

function decoded(decoder, { version, action, ...given }) {
  const message = { ...given, action: ACTIONS[action], version: { serial: version } };
  // An append says no name here; Ably gives it that of its message.
  message.name ??= 'ai-output';
  try {
    const { inputs, outputs } = decoder.decode(message);
    return [
      ...inputs.map((event) => ({ direction: 'input', event })),
      ...outputs.map((event) => ({ direction: 'output', event })),
    ];
  } catch {
    return null;
  }
}

function messagesOf(node) {
  const projection = codec.init();
  for (const [serial, { id, events }] of [...node].sort(([a], [b]) => (a < b ? -1 : 1))) {
    for (const event of events) {
      try {
        codec.fold(projection, event, { serial, messageId: id });
      } catch {
        // As its tree does: an event that cannot be folded is left out.
      }
    }
  }
  return codec.getMessages(projection).map(({ codecMessageId, message }) => ({
    id: codecMessageId,
    message,
  }));
}
