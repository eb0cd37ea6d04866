// Turns of one user and one agent, and the branches that they make.

import { answer, ask, begun, question } from '../answers.mjs';
import { longReply, reply } from '../chunks.mjs';

export const talk = {
  plain: async (scene) => turn(scene),

  'reply in parts': async (scene) => {
    await answer(scene, await ask(scene), [reply(scene, { parts: 5, steps: 2, lifecycle: true })]);
  },

  'empty reply': async (scene) => {
    await answer(scene, await ask(scene), [reply(scene, { parts: 0 })]);
  },

  'no reply in a run': async (scene) => {
    await answer(scene, await ask(scene), scene.random.pick([[], [[]]]));
  },

  unanswered: async (scene) => {
    await ask(scene);
    await scene.settle();
  },

  'several messages in a run': async (scene) => severalMessages(scene),

  'long talk': async (scene) => {
    for (let turns = scene.random.between(4, 8); turns > 0; turns -= 1) await turn(scene);
  },

  edit: async (scene) => {
    const user = scene.random.pick(scene.users);
    if (messages(user, 'user').length === 0) await turn(scene, user);
    const said = messages(user, 'user');
    // Mostly late ones: an edit of the first hides all that there is.
    const target = scene.random.pick(scene.random.chance(0.8) ? said.slice(-2) : said);
    const asked = await user.view.edit(target, question(scene));
    await scene.settle();
    await maybeAnswer(scene, asked);
  },

  'edit while it is answered': async (scene) => {
    const { asked, run, pause, piped } = await begun(scene, longReply(scene));
    const edited = await scene.bob.view.edit(asked.inputCodecMessageId, question(scene));
    await answer(scene, edited, [reply(scene)], { agent: scene.helper });
    pause.goOn();
    await run.end({ reason: (await piped).reason });
    await scene.settle();
  },

  'edit of an edit': async (scene) => {
    const asked = await ask(scene);
    const versions = [asked.inputCodecMessageId];
    await maybeAnswer(scene, asked);
    for (let times = scene.random.between(2, 4); times > 0; times -= 1) {
      const { view } = scene.random.pick(scene.users);
      const edited = await view.edit(scene.random.pick(versions), question(scene));
      versions.push(edited.inputCodecMessageId);
      await scene.settle();
      await maybeAnswer(scene, edited);
    }
  },

  'edit of the first': async (scene) => {
    const { view } = scene.random.pick(scene.users);
    const first = view.getMessages()[0];
    if (first?.message.role !== 'user') return false;
    const asked = await view.edit(first.codecMessageId, question(scene));
    await scene.settle();
    await maybeAnswer(scene, asked);
  },

  'send below an earlier message': async (scene) => {
    const user = scene.random.pick(scene.users);
    if (user.view.getMessages().length < 2) await turn(scene, user);
    const seen = user.view.getMessages().map(({ codecMessageId }) => codecMessageId);
    const parent = scene.random.chance(0.9) ? scene.random.pick(seen) : 'nobody';
    await maybeAnswer(scene, await ask(scene, user, { parent }));
  },

  regenerate: async (scene) => {
    const user = scene.random.pick(scene.users);
    if (regenerable(user).length === 0) await turn(scene, user);
    const target = scene.random.pick(regenerable(user));
    if (target === undefined) return false;
    await maybeAnswer(scene, await user.view.regenerate(target));
  },

  'regenerate again': async (scene) => {
    const { runId } = await turn(scene);
    for (let times = scene.random.between(2, 3); times > 0; times -= 1) {
      const target = ofRun(scene.ann, runId)[0] ?? regenerable(scene.ann).at(-1);
      if (target === undefined) return;
      await answer(scene, await scene.ann.view.regenerate(target), [reply(scene)]);
    }
  },

  'regenerate while it is answered': async (scene) => {
    const { run, pause, piped } = await begun(scene, longReply(scene));
    const target = ofRun(scene.bob, run.runId)[0];
    if (target !== undefined) {
      const asked = await scene.bob.view.regenerate(target);
      await answer(scene, asked, [reply(scene)], { agent: scene.helper });
    }
    pause.goOn();
    await run.end({ reason: (await piped).reason });
    await scene.settle();
  },

  'regenerate on another branch': async (scene) => {
    const asked = await ask(scene);
    const { runId } = await answer(scene, asked, [reply(scene), reply(scene)]);
    const targets = ofRun(scene.ann, runId);
    const edited = await scene.ann.view.edit(asked.inputCodecMessageId, question(scene));
    await scene.settle();
    await maybeAnswer(scene, edited);
    if (targets.length === 0) return;
    const { view } = scene.random.pick(scene.users);
    await maybeAnswer(scene, await view.regenerate(scene.random.pick(targets)));
  },

  'regenerate within a run': async (scene) => {
    const { runId } = await severalMessages(scene);
    const [, ...later] = ofRun(scene.ann, runId);
    if (later.length === 0) return;
    const asked = await scene.ann.view.regenerate(scene.random.pick(later));
    const passes = scene.random.chance(0.4) ? [reply(scene), reply(scene)] : [reply(scene)];
    const again = await answer(scene, asked, passes);
    const targets = ofRun(scene.ann, again.runId);
    if (scene.random.chance(0.4) && targets.length > 0) {
      scene.did('regenerate what was regenerated within a run');
      const target = scene.random.pick(targets);
      await answer(scene, await scene.ann.view.regenerate(target), [reply(scene)]);
    }
  },

  'go on from another branch': async (scene) => {
    if (branchPoints(scene.ann).length === 0) await talk.edit(scene);
    for (const user of scene.random.shuffled(scene.users)) {
      const point = scene.random.pick(branchPoints(user));
      if (point === undefined) continue;
      const branch = user.view.branchSelection(point);
      branch.select(scene.random.between(0, branch.siblings.length - 1));
      await maybeAnswer(scene, await ask(scene, user));
      return;
    }
    return false;
  },
};

/** One question and its answer. */
export async function turn(scene, user = scene.random.chance(0.8) ? scene.ann : scene.bob) {
  return answer(scene, await ask(scene, user), [reply(scene)]);
}

/** The ids of what a user sees of a role. */
export const messages = (user, role) =>
  user.view
    .getMessages()
    .filter(({ message }) => message.role === role)
    .map(({ codecMessageId }) => codecMessageId);

async function severalMessages(scene) {
  const passes = Array.from({ length: scene.random.between(2, 3) }, () => reply(scene));
  return answer(scene, await ask(scene), passes);
}

async function maybeAnswer(scene, asked) {
  if (scene.random.chance(0.9)) await answer(scene, asked, [reply(scene)]);
  else await scene.settle();
  return true;
}

const ofRun = (user, runId) =>
  messages(user, 'assistant').filter((id) => user.view.runOf(id)?.runId === runId);

/** The SDK refuses to regenerate what nothing precedes, and what a fork copied from its run. */
const regenerable = (user) => {
  const first = user.view.getMessages()[0]?.codecMessageId;
  return messages(user, 'assistant').filter((id) => id !== first && user.view.runOf(id));
};

const branchPoints = (user) =>
  user.view
    .getMessages()
    .map(({ codecMessageId }) => codecMessageId)
    .filter((id) => user.view.branchSelection(id).hasSiblings);
