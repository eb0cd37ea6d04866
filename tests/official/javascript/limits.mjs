// A hub with a hosted account's limits: what goes through there, and what does not.

import assert from 'node:assert/strict';
import { run, scenario } from './runner.mjs';
import { agent, says, showing, user } from './sessions.mjs';

const TOKENS = Array.from({ length: 200 }, (_, index) => `${index} `);
const EVERY = 10;

/** Says the tokens at 100 a second; a timer that is late is made up for. */
async function stream(answer) {
  const begun = Date.now();
  for (const [index, token] of TOKENS.entries()) {
    answer.say(token);
    const early = begun + (index + 1) * EVERY - Date.now();
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
  }
}

async function reply(lab, options) {
  const [ann, ai] = await Promise.all([user(lab, 'ann'), agent(lab, options)]);
  const answer = await ai.answer(await ann.view.send(says('count')));
  await stream(answer);
  return { ann, answer };
}

scenario('a reply of a hundred tokens a second goes through', async (lab) => {
  const { ann, answer } = await reply(lab);
  assert.equal(await answer.end(), 'complete');
  await showing(ann.view, [
    ['user', 'count'],
    ['assistant', TOKENS.join('')],
  ]);
  assert.deepEqual(ann.errors, []);
});

scenario('without a rollup each append counts', async (lab) => {
  const channel = (await lab.connected({ transportParams: { appendRollupWindow: 0 } })).channels.get(
    lab.channel,
  );
  const { serials } = await channel.publish('m', '');
  const appends = Array.from({ length: 80 }, () =>
    channel.appendMessage({ serial: serials[0], data: 'x' }).then(
      () => 0,
      (error) => error.code,
    ),
  );
  const codes = await Promise.all(appends);
  const refused = codes.filter((code) => code !== 0);
  assert.ok(refused.length >= 20, `${refused.length} were refused`);
  assert.deepEqual(new Set(refused), new Set([42911]));
});

await run();
