// A client of the official SDK, by commands.

import { load } from '../../official/javascript/packages.mjs';
import { digest, ids, line, now, plainError, snapshot, statuses } from './shown.mjs';
import { Side, until } from './side.mjs';

const { createClientSession, createToolResultFork, createUIMessageCodec } = load(
  '@ably/ai-transport/vercel',
);
const codec = createUIMessageCodec();

export class ClientSide extends Side {
  #runs = new Map();
  #hearings = new Map();
  #steers = new Map();

  static async begin(client, { channel, page }) {
    const options = { client, channelName: channel, historyPageSize: page };
    const session = createClientSession(options);
    const side = new ClientSide(client, session, channel);
    await session.connect();
    return side;
  }

  get view() {
    return this.session.view;
  }

  now() {
    return now(this.view);
  }

  current() {
    return this.now();
  }

  // Asking.

  async send({ run, inputs, options }) {
    return this.#asked(run, this.view.send(inputs, sendOptions(options)));
  }

  async regenerate({ run, message }) {
    return this.#asked(run, this.view.regenerate(message));
  }

  async edit({ run, message, inputs }) {
    return this.#asked(run, this.view.edit(message, inputs));
  }

  /** Answers a tool call in the run that made it. */
  async amend({ run, kind, message, payload }) {
    const input = { kind, codecMessageId: message, payload };
    const { runId } = this.view.runOf(message);
    return this.#asked(run, this.view.send(input, { runId }));
  }

  /** Answers a tool call in another run, which takes the place of the one that made it. */
  async fork({ run, message, call, result }) {
    const node = this.session.tree.getRunNode(this.view.runOf(message).runId);
    const { input, sendOptions: options } = createToolResultFork({
      runMessages: codec.getMessages(node.projection),
      parentCodecMessageId: node.parentCodecMessageId,
      toolCallId: call,
      result: 'error' in result ? { errorMessage: result.error } : result,
      supersedesRunId: node.runId,
    });
    return this.#asked(run, this.view.send(input, options));
  }

  /** Sends, and tells what the view showed before the channel had echoed it, and after. */
  async sendWatched({ run, inputs, mark }) {
    const seen = [];
    const off = this.view.on('update', () => {
      const last = ids(this.view.getMessages()).at(-1);
      const echoed = this.session.tree.getNodeByCodecMessageId(last).serial !== undefined;
      seen.push({ echoed, messages: digest(this.view) });
    });
    await this.send({ run, inputs });
    await this.mark({ mark });
    await this.upTo({ mark });
    off();
    return seen;
  }

  async #asked(name, asking) {
    const run = await asking;
    this.#runs.set(name, run);
    return { message_id: run.inputCodecMessageId, invocation: run.toInvocation().toJSON() };
  }

  // Runs.

  async started({ run }) {
    const asked = this.#runs.get(run);
    await asked.started;
    return asked.runId;
  }

  state({ run }) {
    const { runId, status, error, messages } = this.#runs.get(run);
    return { run_id: runId, status, error: plainError(error), messages: messages.map(line) };
  }

  /** Listens to what the run says, to its end. */
  hear({ run }) {
    const asked = this.#runs.get(run);
    const heard = [];
    this.#hearings.set(run, heard);
    this.session.tree.on('output', ({ inputCodecMessageId, events }) => {
      if (inputCodecMessageId === asked.inputCodecMessageId) heard.push(...events);
    });
  }

  async heard({ run }) {
    const asked = this.#runs.get(run);
    await until(
      () => asked.status !== 'active',
      (look) => this.session.tree.on('run', look),
    );
    return this.#hearings.get(run);
  }

  async cancel({ run }) {
    await this.#runs.get(run).cancel();
  }

  async cancelRun({ run_id: runId }) {
    await this.session.cancel(runId);
  }

  /** Steers; returns once that is on the channel. */
  async steer({ run, steer, input }) {
    const { published, outcome } = this.#runs.get(run).steer(input);
    this.#steers.set(steer, outcome);
    await published;
  }

  async outcome({ steer }) {
    const { consumed, runTerminalReason } = await this.#steers.get(steer);
    return { consumed, run_reason: runTerminalReason ?? null };
  }

  // Looking.

  async shows({ messages, statuses: wanted }) {
    const isSo = (value, expected) =>
      !expected || JSON.stringify(value) === JSON.stringify(expected);
    await until(
      () => isSo(digest(this.view), messages) && isSo(statuses(this.view), wanted),
      (look) => this.view.on('update', look),
      (look) => this.view.on('run', look),
    );
  }

  snapshot({ fresh }) {
    const view = fresh ? this.session.createView() : this.view;
    const shown = snapshot(view);
    if (fresh) view.close();
    return shown;
  }

  select({ message, index }) {
    this.view.branchSelection(message).select(index);
  }

  hasOlder() {
    return this.view.hasOlder();
  }

  async loadOlder({ limit }) {
    return ids(await this.view.loadOlder(limit));
  }

  async loadUntil({ message }) {
    return ids(await this.view.loadUntil(({ codecMessageId }) => codecMessageId === message));
  }

  async loadAll() {
    while (this.view.hasOlder()) await this.view.loadOlder(1e6);
  }

  async close() {
    await this.session.close();
  }
}

function sendOptions(given) {
  const { parent, fork_of: forkOf, run_id: runId } = given ?? {};
  return { parent, forkOf, runId };
}
