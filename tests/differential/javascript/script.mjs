// What happens in the session of a seed.

import { crowd } from './operations/crowd.mjs';
import { endings } from './operations/endings.mjs';
import { strangers } from './operations/strangers.mjs';
import { talk } from './operations/talk.mjs';
import { tools } from './operations/tools.mjs';

const GROUPS = { talk, tools, endings, crowd, strangers };
const OPERATIONS = Object.assign({}, ...Object.values(GROUPS));
const OFTEN = { plain: 5, edit: 3, regenerate: 3, 'go on from another branch': 2 };
// Some seeds only talk, so that what is simple is also tried without what is not.
const CALM = 5;
const MOST_TURNS = 12;

export const OPERATION_NAMES = Object.keys(OPERATIONS);
export const isCalm = (seed) => seed % CALM === 0;

/** Plays the session of the scene's seed. */
export async function play(scene) {
  for (const name of script(scene)) {
    const done = await OPERATIONS[name](scene);
    scene.did(done === false ? 'plain' : name);
    if (done === false) await OPERATIONS.plain(scene);
  }
}

/** The names of the operations of a session. */
function script({ seed, random }) {
  const turns = 1 + Math.floor(MOST_TURNS * random.next() ** 1.5);
  const weights = weightsOf(seed, random);
  const names = Array.from({ length: turns }, () => random.weighted(weights));
  if (isCalm(seed)) return names;
  for (const name of due(seed)) names.splice(random.between(0, names.length), 0, name);
  return names;
}

/** How likely each operation is: each session likes some groups more than others. */
function weightsOf(seed, random) {
  if (isCalm(seed)) return Object.fromEntries(Object.keys(talk).map(weight));
  return Object.assign(
    {},
    ...Object.values(GROUPS).map((group) => {
      const liking = random.next() ** 2;
      const own = Object.keys(group).map((name) => [name, weight(name)[1] * liking]);
      return Object.fromEntries(own);
    }),
  );

  function weight(name) {
    return [name, OFTEN[name] ?? 1];
  }
}

/** The two operations that a seed must have, so that a few seeds in a row have all. */
function due(seed) {
  const turn = seed - Math.floor(seed / CALM);
  return [2 * turn, 2 * turn + 1].map((at) => OPERATION_NAMES[at % OPERATION_NAMES.length]);
}
