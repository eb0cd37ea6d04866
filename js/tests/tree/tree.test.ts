/** What a conversation is folded into: nodes, branches, steps, and what becomes of Runs. */

import { describe, expect, test } from 'vitest';
import { UIMessageCodec } from '../../src/codec/uimessage/codec';
import { fold } from '../../src/tree/tree';
import * as wire from '../../src/wire/names';
import { CODEC, heard, ids, Script, texts } from './script';

const folded = (script: Script) => fold(script.history, CODEC);

test('a question and its answer', () => {
  const script = new Script();
  const asked = script.ask('why?');
  const [answer = ''] = script.answer(asked, ['because']);
  const view = folded(script).view();
  expect(ids(view)).toEqual([asked, answer]);
  expect(texts(view)).toEqual(['why?', 'because']);
  const [run] = view.runs;
  expect(run).toMatchObject({ status: 'complete', clientId: 'user', error: undefined });
  expect(run?.steps).toMatchObject([{ status: 'active', attemptCount: 1, clientId: 'agent' }]);
  expect(view.runFor(asked)).toEqual(run);
  expect(view.runFor(answer)).toEqual(run);
  expect(view.beginningMissing).toBe(false);
});

describe('how a Run goes', () => {
  test.each([
    ['complete', {}, undefined],
    ['cancelled', {}, undefined],
    [
      'error',
      { [wire.ERROR_CODE]: '42910', [wire.ERROR_MESSAGE]: 'too fast' },
      { code: 42910, message: 'too fast', status: 429 },
    ],
    ['error', {}, { code: 104008, message: 'agent reported an error', status: 500 }],
    [
      'error',
      { [wire.ERROR_CODE]: 'odd' },
      { code: 104008, message: 'agent reported an error', status: 500 },
    ],
  ])('it ends: %s %o', (reason, more, error) => {
    const script = new Script();
    script.run(script.ask('go')).end(reason, more);
    const [run] = folded(script).view().runs;
    expect(run).toMatchObject({ status: reason });
    expect(run?.error).toEqual(error);
  });

  test('it waits and goes on', () => {
    const script = new Script();
    const run = script.run(script.ask('go'));
    const statuses = () =>
      folded(script)
        .view()
        .runs.map((info) => info.status);
    run.turn(wire.RUN_SUSPEND);
    expect(statuses()).toEqual(['suspended']);
    run.turn(wire.RUN_RESUME, { [wire.INVOCATION_ID]: 'later' });
    expect(statuses()).toEqual(['active']);
    run.turn(wire.RUN_SUSPEND);
    expect(statuses(), 'the first invocation has nothing to suspend').toEqual(['active']);
    run.end();
    run.turn(wire.RUN_RESUME);
    expect(statuses()).toEqual(['complete']);
  });

  test('a step that is tried again counts once', () => {
    const script = new Script();
    const asked = script.ask('go');
    const run = script.run(asked);
    run.step('work');
    const dead = run.say('half of');
    expect(ids(folded(script).view())).toEqual([asked, dead]);
    run.endStep('failed');
    run.step('work');
    const whole = run.say('the whole');
    run.endStep();
    run.end();
    const view = folded(script).view();
    expect(ids(view)).toEqual([asked, whole]);
    const step = { stepId: 'work', attemptCount: 2, status: 'complete' };
    expect(view.runs[0]?.steps.at(-1)).toMatchObject(step);
    expect(ids(heard(script.live).view())).toEqual([asked, whole]);
  });

  test('a steer stands in its Run', () => {
    const script = new Script();
    const asked = script.ask('go');
    const run = script.run(asked);
    const said = [run.say('going'), run.steer('shorter'), run.say('gone')];
    run.end();
    expect(ids(folded(script).view())).toEqual([asked, ...said]);
  });
});

test('what is left of a beginning that is gone is shown and said', () => {
  const script = new Script();
  const asked = script.ask('lost');
  const [answer = ''] = script.answer(asked, ['kept']);
  const after = script.ask('and then?', { parent: answer });
  const [last] = script.answer(after, ['this']);
  const whole = ids(folded(script).view());
  expect(whole).toEqual([asked, answer, after, last]);
  for (let gone = 1; gone < script.history.length; gone += 1) {
    const view = fold(script.history.slice(gone), CODEC).view();
    expect(view.beginningMissing).toBe(view.runs.length > 0 || view.messages.length > 0);
    expect(whole.slice(4 - ids(view).length)).toEqual(ids(view));
  }
  expect(ids(fold(script.history.slice(1), CODEC).view())).toEqual([answer, after, last]);
});

test('what the codec chokes on is told, and the rest is folded', () => {
  class Choking extends UIMessageCodec {
    override foldOutput(...told: Parameters<typeof CODEC.foldOutput>): void {
      if (told[1].type === 'start') throw new Error('it chokes');
      super.foldOutput(...told);
    }
  }
  const script = new Script();
  script.answer(script.ask('go'), ['hey']);
  const tree = fold(script.history, new Choking());
  expect(tree.problems).toMatchObject([{ serial: script.live[3]?.serial }]);
  expect(texts(tree.view())).toEqual(['go', 'hey']);
});
