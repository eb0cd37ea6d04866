/** What a tree tells as it changes, and what is shown before the channel shows it. */

import { expect, test, vi } from 'vitest';
import type { OutputEvent, RunEvent } from '../../src/tree/events';
import { fold, Tree } from '../../src/tree/tree';
import { Action } from '../../src/wire/inbound';
import * as wire from '../../src/wire/names';
import { CODEC, heard, ids, type Message, Script, texts } from './script';

const folded = (script: Script) => fold(script.history, CODEC);
const unsent = (message: Message | undefined) => ({ ...message, serial: '', version: undefined });

test('a view is told which of its messages has changed', () => {
  const script = new Script();
  const first = script.ask('one');
  const asked = script.ask('two', { forkOf: first });
  const tree = heard(script.live);
  const view = tree.view();
  const { length } = script.live;
  const told: (string | undefined)[] = [];
  const off = view.on('update', ({ messageId }) => told.push(messageId));
  const [hidden] = script.answer(first, ['unheard']);
  const [answer] = script.answer(asked, ['word by word']);
  for (const message of script.live.slice(length)) tree.apply(message);
  expect(told.filter((id) => id === answer).length).toBeGreaterThan(12);
  expect(told).not.toContain(hidden);
  expect(texts(view).at(-1)).toBe('word by word');
  off();
  const { length: before } = told;
  tree.load([{ ...script.live.at(-1), action: Action.DELETE, version: '9' }]);
  expect(told).toHaveLength(before);
});

test('who listens hears what was said, piece by piece, and how Runs go', () => {
  const script = new Script();
  script.answer(script.ask('go'), ['hey']);
  const tree = new Tree(CODEC);
  const outputs: OutputEvent[] = [];
  const runs: RunEvent[] = [];
  tree.on('output', (event) => outputs.push(event));
  tree.on('run', (event) => runs.push(event));
  for (const message of script.live) tree.apply(message);
  const deltas = outputs
    .flatMap(({ events }) => events)
    .filter(({ type }) => type === 'text-delta');
  expect(deltas.map(({ delta }) => delta)).toEqual(['h', 'e', 'y']);
  expect(runs).toMatchObject([{ type: 'start' }, { type: 'end', reason: 'complete' }]);
});

test('what the channel does not keep is told and not kept', () => {
  const script = new Script();
  const run = script.run(script.ask('go'));
  const tree = folded(script);
  const heardOf: OutputEvent[] = [];
  tree.on('output', (event) => heardOf.push(event));
  const transport = { [wire.RUN_ID]: run.id, [wire.MESSAGE_ID]: 'm', [wire.ROLE]: 'assistant' };
  const ai = { transport, codec: { kind: 'data-progress', transient: 'true' } };
  const passing = { name: wire.AI_OUTPUT, serial: '9', data: { at: 1 } };
  tree.apply({ ...passing, action: 0, extras: { ai, ephemeral: true } });
  expect(heardOf).toMatchObject([{ runId: run.id, events: [{ type: 'data-progress' }] }]);
  expect(tree.records).toHaveLength(script.history.length);
});

test('a view that is closed is told nothing', () => {
  const tree = new Tree(CODEC);
  const [open, closed] = [tree.view(), tree.view()];
  const told: string[] = [];
  open.on('update', () => told.push('open'));
  closed.on('update', () => told.push('closed'));
  closed.close();
  const script = new Script();
  script.ask('go');
  for (const message of script.live) tree.apply(message);
  expect(told).toEqual(['open']);
});

test('where one who listens throws, the others are told all the same', () => {
  const reported = vi.fn();
  vi.stubGlobal('queueMicrotask', reported);
  const tree = new Tree(CODEC);
  const told: string[] = [];
  tree.on('update', () => {
    throw new Error('not now');
  });
  tree.on('update', () => told.push('heard'));
  const script = new Script();
  script.ask('go');
  tree.load(script.history);
  vi.unstubAllGlobals();
  expect(told).toEqual(['heard']);
  expect(reported).toHaveBeenCalledOnce();
  expect(reported.mock.calls[0]?.[0]).toThrow('not now');
});

test('what is proposed is shown until the channel shows it', () => {
  const script = new Script();
  const asked = script.ask('one');
  const [answer = ''] = script.answer(asked);
  const tree = folded(script);
  const view = tree.view();
  const mine = new Script();
  mine.ask('mine', { parent: answer, messageId: 'mine' });
  tree.propose([unsent(mine.live[0])]);
  expect(ids(view)).toEqual([asked, answer, 'mine']);
  const theirs = script.ask('theirs', { parent: answer });
  tree.apply(script.live.at(-1) ?? {});
  expect(ids(view), 'what is not sent yet comes last').toEqual([asked, answer, theirs, 'mine']);
  script.ask('mine', { parent: answer, messageId: 'mine' });
  tree.apply(script.live.at(-1) ?? {});
  expect(texts(view).slice(-2)).toEqual(['theirs', 'mine']);
  expect(ids(view)).toEqual([asked, answer, theirs, 'mine']);
  expect(ids(folded(script).view())).toEqual(ids(view));
});

test('what was proposed in vain is taken back', () => {
  const mine = new Script();
  mine.ask('mine', { messageId: 'mine' });
  const tree = new Tree(CODEC);
  const view = tree.view();
  tree.propose([unsent(mine.live[0])]);
  expect(ids(view)).toEqual(['mine']);
  tree.withdraw('mine');
  expect(ids(view)).toEqual([]);
});

test('what was proposed is gone for good once the channel has shown it', () => {
  for (const isLoaded of [true, false]) {
    const script = new Script();
    const asked = script.ask('mine');
    const tree = new Tree(CODEC);
    tree.propose([unsent(script.live[0])]);
    if (isLoaded) tree.load(script.history);
    else tree.apply(script.live[0] ?? {});
    script.ask('earlier');
    const earlier = { ...script.live.at(-1), serial: '1', version: '1' };
    tree.load([earlier]);
    expect(tree.nodeOf(asked)?.content.records).toHaveLength(1);
    expect(texts(tree.view())).toEqual(['earlier', 'mine']);
  }
});
