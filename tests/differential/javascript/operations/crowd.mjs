// Several at once: users, agents and runs; and words into a run that is under way.

import { answer, ask, begun, open, Pausing, question, stream } from '../answers.mjs';
import { longReply, reply } from '../chunks.mjs';
import { turn } from './talk.mjs';

export const crowd = {
  'concurrent runs': async (scene) => {
    const runs = [];
    for (const user of scene.users) runs.push(await begun(scene, longReply(scene), { user }));
    await allEnd(scene, scene.random.shuffled(runs));
  },

  'two agents on one input': async (scene) => {
    const asked = await ask(scene);
    const runs = [];
    for (const agent of scene.random.shuffled([scene.ai, scene.helper])) {
      runs.push(await begun(scene, longReply(scene), { asked, agent }));
    }
    await allEnd(scene, scene.random.shuffled(runs));
  },

  'two users at once': async (scene) => {
    const asked = await Promise.all(scene.users.map((user) => ask(scene, user)));
    await scene.settle();
    for (const one of scene.random.shuffled(asked)) {
      if (scene.random.chance(0.8)) await answer(scene, one, [reply(scene)]);
    }
  },

  'two edits at once': async (scene) => {
    const { asked } = await begun(scene, reply(scene), { at: 1 });
    const edits = await Promise.all(
      scene.users.map((user) => user.view.edit(asked.inputCodecMessageId, question(scene))),
    );
    await scene.settle();
    for (const one of edits) await answer(scene, one, [reply(scene)]);
  },

  'send while it is answered': async (scene) => {
    const first = await begun(scene, longReply(scene));
    const second = await ask(scene, scene.bob);
    await scene.settle();
    await allEnd(scene, [first]);
    await answer(scene, second, [reply(scene)]);
  },

  takeover: async (scene) => {
    const { asked, run, piped } = await begun(scene, longReply(scene));
    await scene.bob.session.cancel(run.runId);
    await run.end({ reason: (await piped).reason });
    await answer(scene, asked, [reply(scene)], { agent: scene.helper });
  },

  steer: async (scene) => steered(scene, { heeded: true }),

  'steer not heeded': async (scene) => steered(scene, { heeded: false }),

  'steer twice': async (scene) => steered(scene, { heeded: true, times: 2 }),

  'steer before the run': async (scene) => {
    const asked = await ask(scene);
    const steered = steer(scene, asked);
    const run = await open(scene, asked);
    await steered;
    await scene.settle();
    await heed(scene, run);
    await run.end({ reason: 'complete' });
    await scene.settle();
  },

  'steer a run that waits': async (scene) => {
    const asked = await ask(scene);
    const run = await open(scene, asked);
    await run.pipe(stream(reply(scene)));
    await run.suspend();
    await scene.settle();
    await steer(scene, asked);
    const again = await scene.ann.view.send(word(scene), { runId: run.runId });
    await scene.settle();
    const resumed = await open(scene, again);
    await heed(scene, resumed);
    await resumed.end({ reason: 'complete' });
    await scene.settle();
  },

  'steer after the end': async (scene) => {
    const asked = await ask(scene);
    const run = await answer(scene, asked, [reply(scene)]);
    const late = word(scene);
    await scene.bob.view.send(late, { runId: run.runId });
    await scene.settle();
  },

  'same input id twice': async (scene) => {
    const codecMessageId = scene.id('input');
    for (const user of scene.users) {
      const asked = await user.view.send({ ...question(scene), codecMessageId });
      if (scene.random.chance(0.6)) await answer(scene, asked, [reply(scene)]);
      else await scene.settle();
    }
  },

  proactive: async (scene) => {
    if (scene.ann.view.getMessages().length === 0) await turn(scene);
    for (let times = scene.random.between(1, 2); times > 0; times -= 1) {
      const eventId = scene.id('event');
      const parent = scene.ann.view.getMessages().at(-1)?.codecMessageId;
      const trigger = { 'event-id': eventId, 'codec-message-id': scene.id('trigger') };
      await scene.stranger.publish({
        name: 'ai-handoff',
        data: { type: 'proactive' },
        extras: { ai: { transport: { ...trigger, ...(parent && { parent }), stream: 'false' } } },
      });
      await scene.settle();
      await answer(scene, eventId, [reply(scene)], { agent: scene.helper });
    }
  },
};

async function allEnd(scene, runs) {
  for (const { pause } of runs) pause.goOn();
  const ends = runs.map(async ({ run, piped }) => run.end({ reason: (await piped).reason }));
  await Promise.all(ends);
  await scene.settle();
}

/** Says something into a run, and waits until it is heard. */
async function steer(scene, asked) {
  await asked.steer(word(scene)).published;
}

/** A question for a run that there is: one of several parts shows some of them twice when live. */
function word(scene) {
  const input = question(scene);
  if (input.message.parts.length > 1) scene.did('steer of several parts');
  return input;
}

/** Answers whatever has come in, until nothing has. */
async function heed(scene, run) {
  while (run.hasInput()) await run.pipe(stream(reply(scene)));
}

async function steered(scene, { heeded, times = 1 }) {
  const asked = await ask(scene);
  const run = await open(scene, asked);
  run.hasInput();
  const chunks = longReply(scene);
  const pause = new Pausing(chunks, scene.random.between(0, chunks.length - 1));
  const piped = run.pipe(pause);
  await pause.reached;
  for (let time = 0; time < times; time += 1) {
    await steer(scene, asked);
  }
  await scene.settle();
  pause.goOn();
  await piped;
  if (heeded) await heed(scene, run);
  await run.end({ reason: 'complete' });
  await scene.settle();
}
