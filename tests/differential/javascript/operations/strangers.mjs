// Messages that are not the SDK's, or not as the SDK writes them.

import { answer, ask, begun } from '../answers.mjs';
import { longReply, reply } from '../chunks.mjs';
import { malformed } from './malformed.mjs';
import { turn } from './talk.mjs';

const LIFECYCLE = [
  ...['ai-run-start', 'ai-run-suspend', 'ai-run-resume', 'ai-run-end'],
  ...['ai-step-start', 'ai-step-end'],
];
const CONTENT = ['ai-output', 'ai-input'];

export const strangers = {
  foreign: async (scene) => {
    for (let count = scene.random.between(1, 3); count > 0; count -= 1) {
      await scene.stranger.publish(foreign(scene));
    }
  },

  'foreign and changed': async (scene) => {
    const { serials } = await scene.stranger.publish({ name: 'note', data: 'one' });
    const [serial] = serials;
    const changes = {
      append: () => scene.stranger.appendMessage({ serial, data: ' more' }),
      update: () => scene.stranger.updateMessage({ serial, data: scene.random.text() }),
      delete: () => scene.stranger.deleteMessage({ serial }),
    };
    for (let count = scene.random.between(1, 3); count > 0; count -= 1) {
      const change = scene.random.pick(Object.keys(changes));
      scene.did(`foreign ${change}`);
      await changes[change]();
    }
  },

  'without a name': async (scene) => {
    await scene.stranger.publish({ data: scene.random.data() });
    await scene.stranger.publish({ extras: { headers: { a: 'b' } }, data: 'nameless' });
  },

  'handoff events': async (scene) => {
    const runId = transport(scene, 'ai-run-start')?.['run-id'];
    for (const type of ['requested', 'taken', 'returned']) {
      const ai = {
        transport: { 'event-id': scene.id('event'), ...(runId && { 'run-id': runId }) },
      };
      const extras = scene.random.chance(0.5) ? { ai } : {};
      await scene.stranger.publish({ name: 'ai-handoff', data: { type }, extras });
    }
  },

  malformed: async (scene) => {
    const drawn = scene.random.shuffled(malformed(scene, ids(scene)));
    for (const message of drawn.slice(0, scene.random.between(2, 6))) {
      scene.did(`malformed ${message.name}`);
      await scene.stranger.publish(message);
    }
  },

  'in the middle of a reply': async (scene) => {
    const { run, pause, piped } = await begun(scene, longReply(scene));
    for (let count = scene.random.between(1, 3); count > 0; count -= 1) {
      const kind = scene.random.pick([
        'foreign',
        'foreign and changed',
        'handoff events',
        'malformed',
      ]);
      await strangers[kind](scene);
    }
    await scene.settle();
    pause.goOn();
    await run.end({ reason: (await piped).reason });
    await scene.settle();
  },

  'run ended twice': async (scene) => {
    await answer(scene, await ask(scene), [reply(scene)]);
    const reason = scene.random.pick(['complete', 'cancelled', 'error']);
    await again(scene, 'ai-run-end', { 'run-reason': reason });
  },

  'complete after cancelled': async (scene) => {
    const { asked, run, piped } = await begun(scene, longReply(scene));
    await asked.cancel();
    await run.end({ reason: (await piped).reason });
    await scene.settle();
    if (scene.random.chance(0.5)) await turn(scene);
    const end = { 'run-id': run.runId, 'run-reason': 'complete' };
    await again(scene, 'ai-run-end', end);
  },

  'run started twice': async (scene) => {
    const asked = await ask(scene);
    const { run, pause, piped } = await begun(scene, longReply(scene), { asked });
    await again(scene, 'ai-run-start', {
      'run-id': run.runId,
      'invocation-id': scene.id('invocation'),
      ...scene.random.pick([{}, { parent: 'nobody' }, { 'fork-of': asked.inputCodecMessageId }]),
    });
    pause.goOn();
    await run.end({ reason: (await piped).reason });
    await scene.settle();
  },

  'output before its run': async (scene) => {
    const said = scene.random.pick(await heard(scene, ['ai-output']));
    const { transport: told, codec } = said.extras.ai;
    if (!told || told.stream === 'true') return false;
    const own = { 'run-id': scene.id('run'), 'codec-message-id': scene.id('output') };
    const ai = { transport: { ...told, ...own }, codec };
    await scene.stranger.publish({ name: 'ai-output', data: '', extras: { ai } });
    if (scene.random.chance(0.7)) await again(scene, 'ai-run-start', own);
    if (scene.random.chance(0.3)) await again(scene, 'ai-run-end', own);
  },

  'resumed without being suspended': async (scene) => {
    const run = transport(scene, 'ai-run-start') ?? { 'run-id': scene.id('run') };
    const headers = { ...run, 'invocation-id': scene.id('invocation') };
    await scene.stranger.publish({ name: 'ai-run-resume', extras: extras(headers) });
  },

  'lifecycle once more': async (scene) => {
    const found = await heard(scene, LIFECYCLE);
    for (const { name, data, extras } of scene.random.shuffled(found).slice(0, 2)) {
      scene.did(`once more ${name}`);
      await scene.stranger.publish({ name, data, extras });
    }
  },

  'content once more': async (scene) => {
    const found = await heard(scene, CONTENT);
    const { name, data, encoding, extras } = scene.random.pick(found);
    scene.did(`once more ${name}`);
    const value = encoding === 'json' ? JSON.parse(data) : data;
    await scene.stranger.publish({ name, data: value, extras });
  },

  moderated: async (scene) => {
    const found = await heard(scene, CONTENT);
    const { serial, name, extras } = scene.random.pick(found);
    const change = { serial, name, extras, data: '(removed)' };
    if (scene.random.chance(0.5)) await scene.stranger.updateMessage(change);
    else await scene.stranger.deleteMessage(change);
  },
};

/** What was published under one of these names; there is something. */
async function heard(scene, names) {
  const found = scene.heard.filter(({ name, action }) => action === 0 && names.includes(name));
  if (found.length > 0) return found;
  await turn(scene);
  return heard(scene, names);
}

const extras = (headers) => ({ ai: { transport: headers } });

/** The transport headers of the newest message of this name. */
function transport(scene, name, runId) {
  const found = scene.heard.findLast(
    (message) =>
      message.name === name &&
      (runId === undefined || message.extras?.ai?.transport?.['run-id'] === runId),
  );
  return found?.extras?.ai?.transport;
}

/** Publishes the newest message of this name once more, with other headers. */
async function again(scene, name, headers) {
  const before = transport(scene, name, headers['run-id']) ?? transport(scene, 'ai-run-start');
  await scene.stranger.publish({ name, extras: extras({ ...before, ...headers }) });
  await scene.settle();
}

function foreign(scene) {
  const { random } = scene;
  const message = { name: random.pick(['note', 'typing', 'ai-something', 'AI-INPUT', '']) };
  if (random.chance(0.7)) message.data = random.data();
  const ai = random.pick([
    null,
    'text',
    [],
    5,
    {},
    { transport: null },
    { transport: 'x', codec: 3 },
  ]);
  if (random.chance(0.6)) {
    message.extras = { ai };
    scene.did('foreign with malformed extras.ai');
  }
  return message;
}

/** Ids of the session so far, for malformed messages to name. */
function ids(scene) {
  const run = transport(scene, 'ai-run-start')?.['run-id'] ?? scene.id('run');
  const input = transport(scene, 'ai-input')?.['codec-message-id'] ?? scene.id('input');
  const output = transport(scene, 'ai-output')?.['codec-message-id'] ?? scene.id('output');
  return { run, input, output };
}
