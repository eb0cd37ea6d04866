// Runs that wait for a user: approvals, and tools that run at the user's.

import { load } from '../../../official/javascript/packages.mjs';
import { answer, ask, open, stream } from '../answers.mjs';
import { longReply, reply, result, tool } from '../chunks.mjs';
import { codec } from '../stage.mjs';

const { createToolResultFork } = load('@ably/ai-transport/vercel');

export const tools = {
  'tool approved': async (scene) => {
    const waiting = await suspended(scene, { approval: true });
    await resumed(scene, await respond(scene, waiting, approval(scene, true)), waiting.calls);
  },

  'tool denied': async (scene) => {
    const waiting = await suspended(scene, { approval: true });
    const asked = await respond(scene, waiting, approval(scene, false));
    const denial = waiting.calls.map((toolCallId) => ({ type: 'tool-output-denied', toolCallId }));
    await answer(scene, asked, [
      [
        ...(scene.random.chance(0.5) ? denial : []),
        ...reply(scene, { parts: 1, lifecycle: false }),
      ],
    ]);
  },

  'approved and denied at once': async (scene) => {
    const waiting = await suspended(scene, { approval: true });
    const [asked] = await Promise.all([
      respond(scene, waiting, approval(scene, true), scene.ann),
      respond(scene, waiting, approval(scene, false), scene.bob),
    ]);
    await scene.settle();
    await resumed(scene, asked, waiting.calls);
  },

  'waits for a user': async (scene) => {
    scene.waiting.push(await suspended(scene, { approval: scene.random.chance(0.5) }));
  },

  'answer a run that waited': async (scene) => {
    if (scene.waiting.length === 0) {
      await tools['waits for a user'](scene);
      await answer(scene, await ask(scene), [reply(scene)]);
    }
    const waiting = scene.waiting.shift();
    const kind = waiting.approval ? approval(scene, true) : toolResult(scene);
    await resumed(scene, await respond(scene, waiting, kind), waiting.calls);
  },

  'client tool result': async (scene) => {
    const waiting = await suspended(scene);
    await resumed(scene, await respond(scene, waiting, toolResult(scene)), []);
  },

  'client tool error': async (scene) => {
    const waiting = await suspended(scene);
    const error = (id, toolCallId) =>
      codec.createToolResultError(id, { toolCallId, message: scene.random.text() });
    await resumed(scene, await respond(scene, waiting, error), []);
  },

  'suspended twice': async (scene) => {
    const waiting = await suspended(scene);
    const asked = await respond(scene, waiting, toolResult(scene));
    const again = await suspended(scene, { asked, approval: true });
    await resumed(scene, await respond(scene, again, approval(scene, true)), again.calls);
  },

  'resumed by two': async (scene) => {
    const waiting = await suspended(scene);
    const asked = [];
    for (const user of scene.users) {
      asked.push(await respond(scene, waiting, toolResult(scene), user));
    }
    await scene.settle();
    const runs = [];
    for (const [at, agent] of [scene.ai, scene.helper].entries()) {
      runs.push(await open(scene, asked[at], { agent }));
    }
    for (const run of runs) await run.pipe(stream(reply(scene, { parts: 1 })));
    // The first to have resumed it has nothing to say any more.
    if (scene.random.chance(0.5)) await runs[0].suspend();
    await runs[1].end({ reason: 'complete' });
    await scene.settle();
  },

  'word on what is over': async (scene) => {
    const waiting = await suspended(scene, { approval: scene.random.chance(0.5) });
    await resumed(scene, await respond(scene, waiting, toolResult(scene)), waiting.calls);
    const user = scene.random.pick(scene.users);
    const ofRun = owner(user, waiting.runId, waiting.calls[0]);
    const words = scene.random.shuffled([toolResult(scene), approval(scene, false)]);
    const calls = scene.random.shuffled([waiting.calls[0], 'unknown']);
    const late = words.map((word, at) => word(ofRun, calls[at]));
    await user.view.send(late, { runId: waiting.runId });
    await scene.settle();
  },

  'tool fork': async (scene) => {
    const waiting = await suspended(scene, { most: 1 });
    await answer(scene, await fork(scene, waiting, scene.ann), [reply(scene)]);
  },

  'two tool forks': async (scene) => {
    const waiting = await suspended(scene, { most: 1 });
    const asked = await Promise.all(scene.users.map((user) => fork(scene, waiting, user)));
    await scene.settle();
    for (const one of asked) await answer(scene, one, [reply(scene)]);
  },

  'tool fork of a fork': async (scene) => {
    const waiting = await suspended(scene, { most: 1 });
    const asked = await fork(scene, waiting, scene.ann);
    const again = await suspended(scene, { asked, most: 1 });
    await answer(scene, await fork(scene, again, scene.bob), [reply(scene)]);
  },

  'suspended for ever': async (scene) => {
    const run = await open(scene, await ask(scene));
    await run.pipe(stream(longReply(scene)));
    await run.suspend();
    await scene.settle();
  },
};

/** A run that made calls, and waits for what comes of them. */
async function suspended(scene, { asked, approval = false, most = 2 } = {}) {
  const made = Array.from({ length: scene.random.between(1, most) }, () =>
    tool(scene, { open: true }),
  );
  if (made.length > 1) scene.did('parallel tool calls');
  const calls = made.map(({ toolCallId }) => toolCallId);
  const requests = calls.map((toolCallId) => ({
    type: 'tool-approval-request',
    approvalId: scene.id('approval'),
    toolCallId,
  }));
  const run = await open(scene, asked ?? (await ask(scene)));
  await run.pipe(
    stream([
      { type: 'start' },
      { type: 'start-step' },
      ...made.flatMap(({ chunks }) => chunks),
      ...(approval ? requests : []),
      { type: 'finish-step' },
      { type: 'finish', finishReason: 'tool-calls' },
    ]),
  );
  await run.suspend();
  await scene.settle();
  return { runId: run.runId, calls, approval };
}

/** A user answers all calls of a run; returns what the agent is invoked with. */
async function respond(scene, { runId, calls }, input, user = scene.random.pick(scene.users)) {
  const inputs = calls.map((toolCallId) => input(owner(user, runId, toolCallId), toolCallId));
  return user.view.send(inputs, { runId });
}

/** The agent goes on: with the outputs of these calls, and with more to say. */
async function resumed(scene, asked, calls) {
  const outputs = calls.flatMap((toolCallId) => result(scene, { toolCallId }, false));
  const says = reply(scene, { parts: 1, lifecycle: scene.random.chance(0.5) });
  const passes = scene.random.chance(0.7) ? [[...outputs, ...says]] : [outputs, says];
  await answer(scene, asked, passes);
}

async function fork(scene, { runId, calls }, user) {
  const node = user.session.tree.getRunNode(runId);
  const { input, sendOptions } = createToolResultFork({
    runMessages: codec.getMessages(node.projection),
    parentCodecMessageId: node.parentCodecMessageId,
    toolCallId: calls[0],
    result: scene.random.chance(0.8)
      ? { output: scene.random.json() }
      : { errorMessage: scene.random.text() },
    supersedesRunId: runId,
  });
  return user.view.send([input], sendOptions);
}

function approval(scene, approved) {
  const reason = scene.random.chance(0.5) ? { reason: scene.random.text() } : {};
  return (id, toolCallId) =>
    codec.createToolApprovalResponse(id, { toolCallId, approved, ...reason });
}

const toolResult = (scene) => (id, toolCallId) =>
  codec.createToolResult(id, { toolCallId, output: scene.random.json() });

/** The id of the message of a run that has this call. */
function owner(user, runId, toolCallId) {
  const node = user.session.tree.getRunNode(runId);
  const has = ({ message }) => message.parts.some((part) => part.toolCallId === toolCallId);
  return codec.getMessages(node.projection).find(has).codecMessageId;
}
