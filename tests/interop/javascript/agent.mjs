// An agent of the official SDK, by commands.

import { Ably, load } from '../../official/javascript/packages.mjs';
import { line } from './shown.mjs';
import { Side, until } from './side.mjs';

const { Invocation, createAgentSession } = load('@ably/ai-transport');
const { createUIMessageCodec } = load('@ably/ai-transport/vercel');
const { ResponsesCodec } = load('@ably/ai-transport/openai');
const CODECS = { uimessage: createUIMessageCodec(), responses: ResponsesCodec };
const PAGE = 1000;

export class AgentSide extends Side {
  #runs = new Map();
  #steps = new Map();
  #streams = new Map();

  static async begin(client, { channel, codec = 'uimessage' }) {
    const options = {
      client,
      channelName: channel,
      codec: CODECS[codec],
      historyPageSize: PAGE,
    };
    const session = createAgentSession(options);
    const side = new AgentSide(client, session, channel);
    await session.connect();
    return side;
  }

  // Runs.

  async open({ run, invocation, identity = {}, hooks }) {
    const told = new Hooks(hooks);
    const opened = this.session.createRun(
      Invocation.fromJSON(invocation),
      { runId: identity.run_id, invocationId: identity.invocation_id },
      told.given,
    );
    while (opened.view.hasOlder()) await opened.view.loadOlder(PAGE);
    await opened.start();
    return this.#known(run, opened, told);
  }

  /** Goes on with a run that was opened elsewhere. */
  async adopt({ run, invocation, identity, hooks }) {
    const told = new Hooks(hooks);
    const adopted = this.session.adoptRun(
      Invocation.fromJSON(invocation),
      { runId: identity.run_id, invocationId: identity.invocation_id },
      told.given,
    );
    await adopted.load();
    while (adopted.view.hasOlder()) await adopted.view.loadOlder(PAGE);
    return this.#known(run, adopted, told);
  }

  #known(name, run, told) {
    this.#runs.set(name, { run, told });
    return { run_id: run.runId, invocation_id: run.invocationId };
  }

  /** What the agent is given to answer. */
  prompt({ run }) {
    return this.#run(run)
      .view.getMessages()
      .map(({ message }) => line(message));
  }

  hasInput({ run }) {
    return this.#run(run).hasInput();
  }

  status({ run }) {
    return this.#run(run).status;
  }

  /** Waits until the run was cancelled. */
  async cancelled({ run }) {
    const signal = this.#run(run).abortSignal;
    if (signal.aborted) return;
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  }

  /** Waits until the hooks have heard so many of these: "cancel" or "steer". */
  async told({ run, of, count }) {
    return this.#runs.get(run).told.heard(of, count);
  }

  async suspend({ run }) {
    await this.#run(run).suspend();
  }

  async end({ run, reason, error }) {
    const told = error && { error: new Ably.ErrorInfo(error.message, error.code, 500) };
    await this.#run(run).end({ reason, ...told });
  }

  #run(name) {
    return this.#runs.get(name).run;
  }

  // Speaking.

  /** Opens a step of its own. */
  async step({ run, step, step_id: stepId }) {
    const opened = this.#run(run).createStep(stepId ? { stepId } : undefined);
    await opened.start();
    this.#steps.set(step, opened);
    return opened.stepId;
  }

  async put({ step, chunk }) {
    await this.#steps.get(step).send(chunk);
  }

  async endStep({ step, reason }) {
    await this.#steps.get(step).end(reason ? { reason } : undefined);
  }

  async pipe({ chunks, ...where }) {
    const fed = new Fed();
    fed.say(chunks);
    fed.end();
    return plain(await this.#speaker(where).pipe(fed));
  }

  /** Begins to pipe what is to be said. */
  stream({ stream, ...where }) {
    const fed = new Fed();
    const result = this.#speaker(where).pipe(fed).then(plain);
    result.catch(() => {});
    this.#streams.set(stream, { fed, result });
  }

  say({ stream, chunks }) {
    this.#streams.get(stream).fed.say(chunks);
  }

  async finish({ stream }) {
    this.#streams.get(stream).fed.end();
    return this.piped({ stream });
  }

  async fail({ stream, message }) {
    this.#streams.get(stream).fed.fail(new Error(message));
    return this.piped({ stream });
  }

  async piped({ stream }) {
    return this.#streams.get(stream).result;
  }

  #speaker({ run, step }) {
    return step ? this.#steps.get(step) : this.#run(run);
  }

  // Leaving.

  /** Ends the open runs, and leaves. */
  async endSession() {
    await this.session.end();
  }

  /** Goes as a process does that is killed. */
  vanish() {
    this.client.close();
  }

  async close() {
    if (this.client.connection.state === 'connected') await this.session.detach();
  }
}

/** Counts what the SDK asks and tells; grants or refuses cancels. */
class Hooks {
  #heard = { cancel: [], steer: [] };
  #listeners = new Set();

  constructor({ refuses = false, last_words: lastWords = [] } = {}) {
    this.given = {
      onCancel: async ({ message }) => {
        this.#hear('cancel', message.clientId);
        return !refuses;
      },
      onCancelled: async (write) => {
        for (const chunk of lastWords) await write(chunk);
      },
      onSteer: () => this.#hear('steer', null),
    };
  }

  async heard(of, count) {
    const heard = this.#heard[of];
    await until(
      () => heard.length >= count,
      (look) => {
        this.#listeners.add(look);
        return () => this.#listeners.delete(look);
      },
    );
    return heard;
  }

  #hear(of, value) {
    this.#heard[of].push(value);
    for (const listener of this.#listeners) listener();
  }
}

/** A stream of what is said while it runs. */
class Fed {
  #waiting = [];
  #wake = () => {};
  #ended = false;
  #error;

  say(chunks) {
    this.#waiting.push(...chunks);
    this.#wake();
  }

  end() {
    this.#ended = true;
    this.#wake();
  }

  fail(error) {
    this.#error = error;
    this.end();
  }

  async *[Symbol.asyncIterator]() {
    for (;;) {
      while (this.#waiting.length > 0) yield this.#waiting.shift();
      if (this.#error) throw this.#error;
      if (this.#ended) return;
      await new Promise((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

const plain = ({ reason, error }) => ({ reason, error: error?.message ?? null });
