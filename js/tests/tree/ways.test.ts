/** The same tree, whatever way the messages came: live, from history, twice, or out of order. */

import { expect, test } from 'vitest';
import { fold, type Tree } from '../../src/tree/tree';
import { Chance } from './random';
import { CODEC, heard, type Message, type Script } from './script';
import { branching, interleaved } from './talk';

const SEEDS = Array.from({ length: 60 }, (_, seed) => seed);

/** All that a tree says, as plain values. */
function shown(tree: Tree): unknown {
  const view = tree.view();
  const nodes = tree.nodes.map((node) => ({
    key: node.key,
    parent: node.parent,
    siblings: tree.siblings(node.key).map((sibling) => sibling.key),
    messages: tree.messagesOf(node),
    run: node.isRun ? view.run(node.key) : undefined,
  }));
  const branches = view.messages.map(({ codecMessageId }) => view.branchAt(codecMessageId));
  const path = view.nodes.map((node) => node.key);
  return structuredClone({
    nodes,
    path,
    messages: view.messages,
    runs: view.runs,
    branches: branches.map(({ siblings, index }) => ({ siblings, index })),
  });
}

function each(check: (script: Script, chance: Chance, seed: number) => void): void {
  for (const seed of SEEDS) {
    check(seed % 2 ? branching(seed, 10) : interleaved(seed), new Chance(seed), seed);
  }
}

test('live and history are the same', () => {
  each((script, _, seed) => {
    expect(shown(heard(script.live)), `${seed}`).toEqual(shown(fold(script.history, CODEC)));
  });
});

test('so is history between what is live, and then in pages', () => {
  each((script, chance, seed) => {
    const expected = shown(fold(script.history, CODEC));
    const at = chance.below(script.live.length + 1);
    const tree = heard(script.live.slice(0, at));
    tree.load(script.history);
    for (const message of script.live.slice(chance.below(script.live.length))) tree.apply(message);
    expect(shown(tree), `${seed}`).toEqual(expected);
    const late = heard(script.live.slice(at));
    const view = late.view();
    const pages = [...script.history].reverse();
    const size = chance.below(20) + 1;
    for (let begin = 0; begin < pages.length; begin += size) {
      late.load(pages.slice(begin, begin + size));
      expect(view.messages.length).toBeGreaterThanOrEqual(0);
    }
    expect(shown(late), `${seed}`).toEqual(expected);
  });
});

test('twice is once', () => {
  each((script, chance, seed) => {
    const twice = script.live.flatMap((message) =>
      chance.below(2) ? [message, message] : message,
    );
    const again = Array.from({ length: 8 }, () => chance.pick(twice));
    const tree = heard([...twice, ...again]);
    expect(shown(tree), `${seed}`).toEqual(shown(fold(script.history, CODEC)));
  });
});

test('the order between messages does not matter', () => {
  each((script, chance, seed) => {
    const tree = heard(mixed(script.live, chance));
    expect(shown(tree), `${seed}`).toEqual(shown(fold(script.history, CODEC)));
  });
});

test('any order, again and again, with history between', () => {
  each((script, chance, seed) => {
    const all = mixed(script.live, chance);
    for (let times = 0; times < 20; times += 1) {
      const at = chance.below(all.length);
      const again = all[at];
      if (again) all.splice(at + 1 + chance.below(all.length - at), 0, again);
      all.splice(chance.below(all.length + 1), 0, chance.pick(script.history));
    }
    expect(shown(heard(all)), `${seed}`).toEqual(shown(fold(script.history, CODEC)));
  });
});

test('what is loaded may be in any order', () => {
  each((script, chance, seed) => {
    const expected = shown(fold(script.history, CODEC));
    expect(shown(fold(chance.shuffled(script.history), CODEC)), `${seed}`).toEqual(expected);
    expect(shown(fold(chance.shuffled(script.live), CODEC)), `${seed}`).toEqual(expected);
  });
});

test('actions may be named, and messages in their frames', () => {
  const names = [
    'message.create',
    'message.update',
    'message.delete',
    'meta',
    '',
    'message.append',
  ];
  const named = (messages: readonly Message[]) =>
    messages.map((message) => ({ ...message, action: names[Number(message.action)] }));
  each((script, _, seed) => {
    const expected = shown(fold(script.history, CODEC));
    expect(shown(fold(named(script.history), CODEC)), `${seed}`).toEqual(expected);
    expect(shown(heard(named(script.live))), `${seed}`).toEqual(expected);
    const half = script.live.length / 2;
    const frames = [script.live.slice(0, half), script.live.slice(half)];
    const framed = frames.map((messages) => ({ action: 15, messages }));
    expect(shown(fold(framed, CODEC)), `${seed}`).toEqual(expected);
  });
});

test('a view that follows has the messages of the nodes on its path', () => {
  each((script, chance, seed) => {
    const tree = fold([], CODEC);
    const view = tree.view();
    let updates = 0;
    view.on('update', () => {
      updates += 1;
    });
    for (const message of mixed(script.live, chance)) {
      tree.apply(message);
      const path = view.nodes.flatMap((node) => [...tree.messagesOf(node)]);
      const isWhole = !tree.structure.regenerated;
      if (isWhole) expect(view.messages, `${seed}`).toEqual(path);
      for (const each of view.messages) expect(path, `${seed}`).toContain(each);
    }
    expect(updates).toBeGreaterThan(0);
  });
});

/** Messages in any order; the deliveries of one keep theirs, as one publisher's do. */
function mixed(live: readonly Message[], chance: Chance): Message[] {
  const queues = new Map<string, Message[]>();
  for (const message of live) {
    queues.set(message.serial, [...(queues.get(message.serial) ?? []), message]);
  }
  const order = chance.shuffled(live.map((message) => message.serial));
  return order.flatMap((serial) => queues.get(serial)?.shift() ?? []);
}
