/** Where in a conversation something new belongs, as far as its tree tells. */

import type { CodecMessage, Message } from '../codec/contract';
import type { Node, RunNode } from '../tree/nodes';
import type { Tree } from '../tree/tree';
import type { Sending } from './sending';

/** Returns the id of the message before this one, among those shown or else in the tree. */
export function before(
  tree: Tree,
  shown: readonly CodecMessage[],
  messageId: string,
): string | undefined {
  const place = placeIn(shown, messageId);
  if (place >= 0) return shown[place - 1]?.codecMessageId;
  const node = tree.nodeOf(messageId);
  return node && beforeIn(tree, node, messageId);
}

/** Returns the id of a node's last message; of what it follows, where it has none. */
export function lastOf(tree: Tree, node: Node | undefined): string | undefined {
  if (!node) return undefined;
  return tree.messagesOf(node).at(-1)?.codecMessageId ?? node.parent;
}

/** A Run laid out for another to take its place. */
export interface Fork {
  /** The new id of one of its messages. */
  readonly messageId: string;
  /** What an answer has to carry of the rest. */
  readonly seed: { readonly forkSeed: { readonly messages: readonly Seeded[] } };
  /** Where that is to be sent. */
  readonly sending: Sending;
}

interface Seeded {
  readonly codecMessageId: string;
  readonly message: Message;
}

/** Lays out a Run for another to take its place; undefined where the message is not its own. */
export function forkOf(
  tree: Tree,
  run: RunNode,
  messageId: string,
  newId: () => string,
): Fork | undefined {
  const own = tree.messagesOf(run);
  const messages = own.map(({ message }) => ({ codecMessageId: newId(), message }));
  const copy = messages[placeIn(own, messageId)];
  if (!copy) return undefined;
  const where = run.parent === undefined ? {} : { parent: run.parent };
  return {
    messageId: copy.codecMessageId,
    seed: { forkSeed: { messages } },
    sending: { ...where, role: 'assistant', supersedes: run.key },
  };
}

function beforeIn(tree: Tree, node: Node, messageId: string): string | undefined {
  const own = tree.messagesOf(node);
  const previous = own[placeIn(own, messageId) - 1];
  if (previous) return previous.codecMessageId;
  const parent = node.parent === undefined ? undefined : tree.nodeOf(node.parent);
  return parent && tree.messagesOf(parent).at(-1)?.codecMessageId;
}

function placeIn(messages: readonly CodecMessage[], messageId: string): number {
  return messages.findIndex((message) => message.codecMessageId === messageId);
}
