/** Conversations at random. */

import { Chance } from './random';
import { type Running, Script } from './script';

/** Answers, edits, steers, steps again and ends, all at once. */
export function interleaved(seed: number): Script {
  const chance = new Chance(seed);
  const script = new Script();
  const said = [script.ask('begin')];
  const underWay: { run: Running; saying: Iterator<undefined> }[] = [];
  for (let turn = chance.below(12) + 2; turn > 0; turn -= 1) {
    const choice = chance.below(8);
    const [oldest] = underWay;
    if (choice <= 1 || !oldest) {
      const run = script.run(chance.pick(said));
      const id = script.nextId('said');
      underWay.push({ run, saying: run.each('some words', id) });
      said.push(id);
    } else if (choice === 2) said.push(script.ask('next', { parent: chance.pick(said) }));
    else if (choice === 3) said.push(script.ask('edit', { forkOf: chance.pick(said) }));
    else if (choice === 4) oldest.run.steer('to the point');
    else if (choice === 5) oldest.run.step(`${oldest.run.id}-0`);
    else if (choice === 6) oldest.run.end(chance.pick(['complete', 'cancelled', 'error']));
    if (choice === 6) underWay.shift();
    for (const { saying } of underWay) {
      for (let letters = chance.below(5); letters > 0; letters -= 1) saying.next();
    }
  }
  return script;
}

interface Input {
  readonly id: string;
  readonly parent: string | undefined;
}

interface Answer {
  readonly before: string;
  readonly said: readonly string[];
  /** What a regenerate of its first message names: others of the same place name that too. */
  readonly head: string;
}

/** Branches of all kinds: edits of edits, answers to one input, regenerates of any message. */
export function branching(seed: number, turns = 24): Script {
  const chance = new Chance(seed);
  const script = new Script();
  const inputs: Input[] = [{ id: script.ask('begin'), parent: undefined }];
  const answers: Answer[] = [];
  const words = () => ['one', 'two', 'three'].slice(0, chance.below(3) + 1);
  for (let turn = 0; turn < turns; turn += 1) {
    const choice = chance.below(5);
    const input = chance.pick(inputs);
    if (choice === 0 || answers.length === 0) {
      const said = script.answer(input.id, words());
      answers.push({ before: input.id, said, head: said[0] ?? '' });
    } else if (choice === 1) {
      const parent = chance.pick(chance.pick(answers).said);
      inputs.push({ id: script.ask('next', { parent }), parent });
    } else if (choice === 2) {
      const { id: forkOf, parent } = input;
      inputs.push({ id: script.ask('edit', { forkOf, parent }), parent });
    } else {
      const { before, said, head } = chance.pick(answers);
      const place = chance.below(said.length);
      const target = place === 0 ? head : (said[place] ?? head);
      const after = said[place - 1] ?? before;
      answers.push({ before: after, said: script.answer(after, words(), target), head: target });
    }
  }
  return script;
}
