// How agents answer: a run is opened, chunks are piped, and it ends in one way or another.

import { setImmediate } from 'node:timers/promises';
import { load } from '../../official/javascript/packages.mjs';
import { codec } from './stage.mjs';

const { Invocation } = load('@ably/ai-transport');

/**
 * A stream that waits before its chunk number `at`, until it is told to go on, or to fail. Between
 * chunks it lets others have a word.
 */
export class Pausing {
  #go;

  constructor(chunks, at) {
    this.chunks = chunks;
    this.at = at;
    this.reached = new Promise((resolve) => {
      this.hasReached = resolve;
    });
    this.until = new Promise((resolve, reject) => {
      this.#go = resolve;
      this.fail = reject;
    });
    this.until.catch(() => {});
  }

  goOn() {
    this.#go();
  }

  async *[Symbol.asyncIterator]() {
    for (const [index, chunk] of this.chunks.entries()) {
      if (index === this.at) {
        this.hasReached();
        await this.until;
      }
      await setImmediate();
      yield chunk;
    }
  }
}

export async function* stream(chunks) {
  yield* chunks;
}

/** A user's message: mostly a text. */
export function question(scene) {
  const { random } = scene;
  const parts = [{ type: 'text', text: random.text(6) }];
  if (random.chance(0.1)) parts.push({ type: 'text', text: '' });
  if (random.chance(0.1)) parts.push({ type: 'file', mediaType: 'text/plain', url: 'data:,x' });
  if (random.chance(0.1)) parts.push({ type: 'data-cell', id: 'c1', data: random.data() });
  if (random.chance(0.05)) parts.splice(0);
  if (parts.length > 1) scene.did('question of several parts');
  if (parts.length === 0) scene.did('question of no part');
  const input = codec.createUserMessage({ id: scene.id('said'), role: 'user', parts });
  return random.chance(0.5) ? { ...input, codecMessageId: scene.id('input') } : input;
}

/** Opens a run on what was asked: a ClientRun, or the id of an event. */
export async function open(scene, asked, { agent = scene.ai, hooks } = {}) {
  const identity = { runId: scene.id('run'), invocationId: scene.id('invocation') };
  const run = agent.session.createRun(invocationOf(scene, asked), identity, hooks);
  await read(run);
  await run.start();
  return run;
}

/** Goes on with a run that another process opened. */
export async function adopt(scene, asked, runId, agent) {
  const identity = { runId, invocationId: scene.id('invocation') };
  const run = agent.session.adoptRun(invocationOf(scene, asked), identity);
  await run.load();
  await read(run);
  return run;
}

export async function ask(scene, user = scene.ann, options = {}) {
  return user.view.send(question(scene), options);
}

/** Answers what was asked with these streams of chunks, a message each, and ends the run. */
export async function answer(scene, asked, passes, { agent, params } = {}) {
  const run = await open(scene, asked, { agent });
  let outcome = 'complete';
  for (const chunks of passes) {
    const { reason } = await run.pipe(stream(chunks));
    if (reason !== 'complete') outcome = reason;
  }
  await run.end(params ?? { reason: outcome });
  await scene.settle();
  return run;
}

/** Asks, and pipes chunks that wait in the middle; `piped` is the outcome, once it goes on. */
export async function begun(scene, chunks, { user, agent, asked, hooks, at } = {}) {
  const question = asked ?? (await ask(scene, user));
  const run = await open(scene, question, { agent, hooks });
  const pause = new Pausing(chunks, at ?? scene.random.between(1, chunks.length - 1));
  const piped = run.pipe(pause);
  await Promise.race([pause.reached, piped]);
  await scene.settle();
  return { asked: question, run, pause, piped };
}

function invocationOf(scene, asked) {
  if (typeof asked !== 'string') return asked.toInvocation();
  return Invocation.fromJSON({ inputEventId: asked, sessionName: scene.channel });
}

async function read(run) {
  while (run.view.hasOlder()) await run.view.loadOlder(1000);
}
