// Runs that do not end well, or not at all; and steps that are tried again.

import { Ably } from '../../../official/javascript/packages.mjs';
import { adopt, answer, ask, begun, open, Pausing, stream } from '../answers.mjs';
import { longReply, reply } from '../chunks.mjs';

export const endings = {
  'cancel a run': async (scene) => {
    const final = { onCancelled: async (write) => write({ type: 'abort', reason: 'stopped' }) };
    const hooks = scene.random.chance(0.25) ? final : {};
    const { asked, run, piped } = await begun(scene, longReply(scene), { hooks });
    await asked.cancel();
    await ended(scene, run, piped);
  },

  'cancel by run id': async (scene) => {
    const { run, piped } = await begun(scene, reply(scene, { parts: 3 }));
    await scene.bob.session.cancel(run.runId);
    await ended(scene, run, piped);
  },

  'cancel before the run': async (scene) => {
    const asked = await ask(scene);
    await asked.cancel();
    await scene.settle();
    const run = await open(scene, asked);
    await ended(scene, run, run.pipe(stream(longReply(scene))));
  },

  'cancel refused': async (scene) => {
    const hooks = { onCancel: async () => false };
    const { asked, run, pause, piped } = await begun(scene, longReply(scene), { hooks });
    await asked.cancel();
    await scene.settle();
    pause.goOn();
    await ended(scene, run, piped);
  },

  'cancel of what is over': async (scene) => {
    const { runId } = await answer(scene, await ask(scene), [reply(scene)]);
    await scene.ann.session.cancel(scene.random.pick([runId, 'nothing']));
    await scene.settle();
  },

  'agent session ends': async (scene) => {
    const agent = await scene.mortalAgent();
    await begun(scene, longReply(scene), { agent });
    await agent.session.end();
    agent.die();
    await scene.settle();
  },

  'run fails': async (scene) => {
    const { run, pause, piped } = await begun(scene, reply(scene, { parts: 2 }));
    pause.fail(new Error('the model is gone'));
    await ended(scene, run, piped);
  },

  'run ends with an error': async (scene) => {
    const params = { reason: 'error' };
    if (scene.random.chance(0.7)) {
      const code = scene.random.pick([104010, 40000, 1]);
      params.error = new Ably.ErrorInfo(scene.random.text(), code, scene.random.pick([400, 500]));
    } else scene.did('error without details');
    const passes = scene.random.chance(0.5) ? [reply(scene)] : [];
    await answer(scene, await ask(scene), passes, { params });
  },

  'left active': async (scene) => {
    const run = await open(scene, await ask(scene));
    if (scene.random.chance(0.7)) await run.pipe(stream(reply(scene)));
    await scene.settle();
  },

  crash: async (scene) => {
    const agent = await scene.mortalAgent();
    await begun(scene, longReply(scene), { agent });
    agent.die();
    await scene.settle();
  },

  'crash and a new run': async (scene) => {
    const agent = await scene.mortalAgent();
    const { asked } = await begun(scene, longReply(scene), { agent });
    agent.die();
    await answer(scene, asked, [reply(scene)]);
  },

  'steps with names': async (scene) => {
    const run = await open(scene, await ask(scene));
    for (let index = scene.random.between(1, 3); index > 0; index -= 1) {
      const step = run.createStep(scene.random.chance(0.5) ? { stepId: scene.id('step') } : {});
      await step.start();
      await step.pipe(stream(reply(scene)));
      if (scene.random.chance(0.4)) {
        scene.did('send within a step');
        await step.send({ type: 'data-note', data: scene.random.data() });
      }
      await step.end();
    }
    await run.end({ reason: 'complete' });
    await scene.settle();
  },

  'step tried again': async (scene) => {
    const run = await open(scene, await ask(scene));
    const named = scene.random.chance(0.5) ? { stepId: scene.id('step') } : {};
    for (let failures = scene.random.between(1, 3); failures > 0; failures -= 1) {
      await failingStep(scene, run, named);
    }
    await wholeStep(scene, run, named);
    await run.end({ reason: 'complete' });
    await scene.settle();
  },

  'run ends within a step': async (scene) => {
    const run = await open(scene, await ask(scene));
    const step = run.createStep({ stepId: scene.id('step') });
    await step.start();
    await step.pipe(stream(reply(scene)));
    await run.end({ reason: scene.random.pick(['complete', 'cancelled']) });
    await scene.settle();
  },

  'steps of two agents': async (scene) => {
    const asked = await ask(scene);
    const run = await open(scene, asked);
    await scene.settle();
    const other = await adopt(scene, asked, run.runId, scene.helper);
    const stepId = scene.random.chance(0.3) ? scene.id('step') : undefined;
    const steps = [run, other].map((each) =>
      each.createStep({ stepId: stepId ?? scene.id('step') }),
    );
    for (const step of steps) await step.start();
    const pauses = steps.map(() => new Pausing(longReply(scene), 3));
    const whole = steps.map((step, at) => step.pipe(pauses[at]));
    for (const pause of pauses) {
      await pause.reached;
      pause.goOn();
    }
    await Promise.all(whole);
    for (const step of scene.random.shuffled(steps)) await step.end();
    await run.end({ reason: 'complete' });
    await scene.settle();
  },

  'step tried again by another agent': async (scene) => {
    const stepId = scene.id('step');
    await adoptedAfterCrash(scene, { stepId }, { stepId });
  },

  'another step by another agent': async (scene) => {
    await adoptedAfterCrash(scene, { stepId: scene.id('step') }, { stepId: scene.id('step') });
  },

  'step tried again without a name': async (scene) => adoptedAfterCrash(scene, {}, {}),
};

/** Ends the run as its stream ended. */
async function ended(scene, run, piped) {
  const { reason, error } = await piped;
  const told = error && new Ably.ErrorInfo(error.message, 104010, 500);
  await run.end(reason === 'error' ? { reason, error: told } : { reason });
  await scene.settle();
}

async function wholeStep(scene, run, options) {
  const step = run.createStep(options);
  await step.start();
  await step.pipe(stream(reply(scene)));
  await step.end();
}

async function failingStep(scene, run, options) {
  const step = run.createStep(options);
  await step.start();
  const chunks = scene.random.chance(0.5) ? longReply(scene) : reply(scene, { parts: 3 });
  const pause = new Pausing(chunks, scene.random.between(1, chunks.length - 1));
  pause.fail(new Error('try again'));
  await step.pipe(pause);
  await step.end();
}

/** An agent dies within a step, and another one goes on with the run. */
async function adoptedAfterCrash(scene, first, second) {
  const agent = await scene.mortalAgent();
  const asked = await ask(scene);
  const run = await open(scene, asked, { agent });
  if (scene.random.chance(0.4)) {
    scene.did('whole step before a crash');
    await wholeStep(scene, run, { stepId: scene.id('step') });
  }
  const step = run.createStep(first);
  await step.start();
  const chunks = longReply(scene);
  const pause = new Pausing(chunks, scene.random.between(2, chunks.length - 1));
  step.pipe(pause).catch(() => {});
  await pause.reached;
  await scene.settle();
  agent.die();
  const heir = await scene.mortalAgent();
  const adopted = await adopt(scene, asked, run.runId, heir);
  await wholeStep(scene, adopted, second);
  await adopted.end({ reason: 'complete' });
  heir.die();
  await scene.settle();
}
