/**
 * All that a tree and a fresh view of it show, as plain JSON. Its twin is tests/cases/shown.py.
 *
 * What is not there is left out, as Python has None for it and JavaScript undefined; what a
 * message contains stays as it is.
 */

import type { Codec, CodecMessage } from '../../src/codec/contract';
import { infoOf, type Node, type RunInfo } from '../../src/tree/nodes';
import type { Tree } from '../../src/tree/tree';
import type { View } from '../../src/tree/view';

interface Choice {
  readonly at: string;
  readonly index: number;
}

export function shown(tree: Tree, codec: Codec): unknown {
  return looking(tree, [], (view) => {
    const messages = [...view.messages];
    const whole = {
      messages: messages.map((message) => onView(view, message)),
      runs: view.runs.map(run),
      branches: branchPoints(view).map((id) => branch(view, id)),
      choices: choices(tree, view),
      nodes: tree.nodes.map((one) => node(tree, one)),
      beginning_missing: view.beginningMissing,
      waits: codec.waits(messages.map(({ message }) => message)),
      problems: tree.problems.map(({ serial }) => serial),
    };
    return JSON.parse(JSON.stringify(whole));
  });
}

export function idsOf(view: View): string[] {
  return view.messages.map(({ codecMessageId }) => codecMessageId);
}

function onView(view: View, message: CodecMessage) {
  return { run: view.runFor(message.codecMessageId)?.runId, ...entry(message) };
}

function run({ runId, clientId, invocationId, status, error, steps }: RunInfo) {
  return {
    id: runId,
    client: clientId,
    invocation: invocationId,
    status,
    error,
    steps: steps.map((step) => ({
      id: step.stepId,
      status: step.status,
      attempts: step.attemptCount,
      client: step.clientId,
    })),
  };
}

function branch(view: View, messageId: string) {
  const { index, siblings } = view.branchAt(messageId);
  return { at: messageId, index, siblings };
}

/** Every other version that can be chosen, and those that can be chosen only then. */
function choices(tree: Tree, view: View) {
  const before = branchPoints(view);
  return others(view, before).flatMap((choice) =>
    looking(tree, [choice], (chosen) => {
      const added = branchPoints(chosen).filter((id) => !before.includes(id));
      const deeper = others(chosen, added).map((next) => ({
        chosen: [choice, next],
        messages: looking(tree, [choice, next], idsOf),
      }));
      return [{ chosen: [choice], messages: idsOf(chosen) }, ...deeper];
    }),
  );
}

/** Looks through a view of one's own, in which these were chosen. */
function looking<Seen>(tree: Tree, chosen: readonly Choice[], look: (view: View) => Seen): Seen {
  const view = tree.view();
  for (const { at, index } of chosen) view.branchAt(at).select(index);
  const seen = look(view);
  view.close();
  return seen;
}

function branchPoints(view: View): string[] {
  return idsOf(view).filter((id) => view.branchAt(id).hasSiblings);
}

function others(view: View, places: readonly string[]): Choice[] {
  return places.flatMap((at) => {
    const { index, siblings } = view.branchAt(at);
    return [...siblings.keys()]
      .filter((other) => other !== index)
      .map((other) => ({ at, index: other }));
  });
}

/** A node, with the messages that it has of its own. */
function node(tree: Tree, one: Node) {
  const told = {
    kind: one.isRun ? 'run' : 'input',
    key: one.key,
    serial: one.serial,
    parent: one.parent,
    messages: tree.messagesOf(one).map(entry),
    versions: tree.siblings(one.key).map(({ key }) => key),
    fork_of: one.forkOf,
  };
  if (!one.isRun) return told;
  const { regenerates, started, endSerial } = one;
  return { ...told, regenerates, started, end: endSerial, run: run(infoOf(one)) };
}

function entry({ codecMessageId, message }: CodecMessage) {
  return { id: codecMessageId, message };
}
