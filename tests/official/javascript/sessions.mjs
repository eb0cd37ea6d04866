// Sessions of the official AI Transport SDK: a user's side, and an agent whose words a test says.

import assert from 'node:assert/strict';
import { load } from './packages.mjs';

const { Invocation } = load('@ably/ai-transport');
const { createAgentSession, createClientSession } = load('@ably/ai-transport/vercel');

const TIMEOUT = 30_000;

/** A client session of its own connection; what goes wrong in it is in `errors`. */
export async function user(lab, clientId, options) {
  const client = await lab.connected({ clientId, ...options });
  const session = createClientSession({ client, channelName: lab.channel });
  const errors = [];
  session.on('error', (error) => errors.push(error));
  await session.connect();
  return { client, session, view: session.view, errors };
}

/** A user who comes late, and has loaded all that was before. */
export async function lateUser(lab, options) {
  const late = await user(lab, 'late', options);
  while (late.view.hasOlder()) await late.view.loadOlder();
  return late;
}

export function says(text, id = crypto.randomUUID()) {
  return {
    kind: 'user-message',
    message: { id, role: 'user', parts: [{ type: 'text', text }] },
  };
}

/** What a view shows: who said it, and the text. */
export const shown = (view) =>
  view.getMessages().map(({ message }) => [message.role, text(message)]);

export const statuses = (view) => view.runs().map((run) => run.status);

export const idOfLast = (view) => view.getMessages().at(-1).codecMessageId;

function text(message) {
  return message.parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
}

/** Waits until the view satisfies `enough`. */
export async function until(view, enough, what) {
  const end = Date.now() + TIMEOUT;
  while (!enough(view)) {
    const left = end - Date.now();
    const seen = JSON.stringify([shown(view), statuses(view)]).slice(0, 800);
    assert.ok(left > 0, `waited for ${what}; there is ${seen}`);
    await new Promise((resolve) => {
      const timer = setTimeout(done, left);
      const offs = ['update', 'run'].map((event) => view.on(event, done));
      function done() {
        clearTimeout(timer);
        for (const off of offs) off();
        resolve();
      }
    });
  }
}

export const showing = (view, expected) =>
  until(
    view,
    () => JSON.stringify(shown(view)) === JSON.stringify(expected),
    JSON.stringify(expected),
  );

export const ended = (view, ...expected) =>
  until(view, () => statuses(view).join() === expected.join(), expected.join());

/** An agent on a connection of its own. */
export async function agent(lab, options) {
  const client = await lab.connected({ clientId: 'agent', ...options });
  const session = createAgentSession({ client, channelName: lab.channel });
  const errors = [];
  session.on('error', (error) => errors.push(error));
  await session.connect();
  return { client, session, errors, answer: (asked) => Answer.begin(session, asked) };
}

/** One run of an agent, which says what the test has it say. */
export class Answer {
  #waiting = [];
  #wake = () => {};

  static async begin(session, asked) {
    const answer = new Answer();
    answer.id = crypto.randomUUID();
    const invocation = Invocation.fromJSON(asked.toInvocation().toJSON());
    answer.run = session.createRun(invocation);
    while (answer.run.view.hasOlder()) await answer.run.view.loadOlder();
    await answer.run.start();
    answer.conversation = shown(answer.run.view);
    answer.result = answer.run.pipe(answer.#chunks());
    return answer;
  }

  /** Says these parts, as one text. */
  say(...parts) {
    this.#waiting.push(...parts);
    this.#wake();
  }

  /** Ends the reply, and the run; returns the reason. */
  async end() {
    this.say(null);
    const { reason, error } = await this.result;
    if (error) throw error;
    await this.run.end({ reason });
    return reason;
  }

  async *#chunks() {
    yield { type: 'start', messageId: this.id };
    yield { type: 'start-step' };
    yield { type: 'text-start', id: 't1' };
    for (;;) {
      while (this.#waiting.length === 0) {
        await new Promise((resolve) => {
          this.#wake = resolve;
        });
      }
      const delta = this.#waiting.shift();
      if (delta === null) break;
      yield { type: 'text-delta', id: 't1', delta };
    }
    yield { type: 'text-end', id: 't1' };
    yield { type: 'finish-step' };
    yield { type: 'finish' };
  }
}
