/** The tree of a conversation as a picture has it: every node once, parents before children. */

import type { Node } from '../tree/nodes';
import { authorOf, NOBODY, writerOf } from './authors';
import { kept, keptList } from './kept';
import { type Read, saidIn } from './message';
import type { Author, Graph, GraphNode, ShownMessage } from './model';
import { wordsIn } from './prose';
import { isSameStamp, type Stamp, stampOf, statusOf } from './stamps';
import { given } from './values';

const LONGEST = 80;
const CUT = '…';

interface Known {
  readonly shown: GraphNode;
  readonly stamp: NodeStamp;
  /** Whatever is said further, its first words stay the same. */
  readonly isLabelled: boolean;
}

interface NodeStamp extends Stamp {
  readonly parent: string | undefined;
  readonly isOnPath: boolean;
  readonly index: number;
  readonly versions: number;
}

/** Reads the graph of a tree, and remembers what it has read. */
export class GraphReader {
  readonly #read: Read;
  readonly #known = new Map<string, Known>();
  #graph: Graph = [];

  constructor(read: Read) {
    this.#read = read;
  }

  get graph(): Graph {
    return this.#graph;
  }

  /** Reads whatever may be other than before. */
  readAll(): void {
    const graph = inOrder(this.#read).map(([node, parent]) => this.#again(node, parent));
    this.#graph = keptList(this.#graph, graph);
  }

  /** Reads these nodes, of which some may be new at the end, where the rest stays as it was. */
  readNodes(keys: Iterable<string>): void {
    const read = new Set<string>();
    for (const key of keys) this.#readNode(key, read);
  }

  /** Reads Runs of which something has only grown. */
  readGrown(keys: Iterable<string>): void {
    this.readNodes([...keys].filter((key) => this.#known.get(key)?.isLabelled === false));
  }

  #readNode(key: string, read: Set<string>): void {
    const { tree } = this.#read;
    const node = tree.node(key);
    if (!node || read.has(key) || tree.branches.isHidden(node)) return;
    read.add(key);
    const known = this.#known.get(key);
    const parent = known ? known.shown.parent : parentIn(tree, node);
    // A question and its answer may come at once, and be named in any order.
    if (parent !== undefined && !this.#known.has(parent)) this.#readNode(parent, read);
    const shown = this.#again(node, parent);
    if (shown === known?.shown) return;
    const at = known ? this.#graph.lastIndexOf(known.shown) : -1;
    this.#graph = at < 0 ? [...this.#graph, shown] : this.#graph.with(at, shown);
  }

  #again(node: Node, parent: string | undefined): GraphNode {
    const known = this.#known.get(node.key);
    const stamp = this.#stampOf(node, parent);
    if (known && isSameNodeStamp(known.stamp, stamp)) return known.shown;
    const shown = kept(known?.shown, this.#show(node, parent));
    this.#known.set(node.key, { shown, stamp, isLabelled: shown.label.endsWith(CUT) });
    return shown;
  }

  #stampOf(node: Node, parent: string | undefined): NodeStamp {
    const version = this.#versionOf(node);
    return {
      ...stampOf(node),
      parent,
      isOnPath: this.#read.view.placeOf(node.key) !== undefined,
      index: version?.index ?? 0,
      versions: version?.count ?? 1,
    };
  }

  #show(node: Node, parent: string | undefined): GraphNode {
    const { tree, view } = this.#read;
    const messages = tree.messagesOf(node);
    const messageId = messages[0]?.codecMessageId;
    const told = {
      parent,
      status: node.isRun ? statusOf(node) : undefined,
      messageId,
      version: this.#versionOf(node),
      at: node.content.records[0]?.timestamp,
    };
    return {
      key: node.key,
      kind: node.isRun ? 'run' : 'input',
      label: labelOf(messages.map((each) => () => saidIn(this.#read, node, each))),
      author: writerIn(node, messageId),
      isOnPath: view.placeOf(node.key) !== undefined,
      ...given(told),
    };
  }

  #versionOf(node: Node): GraphNode['version'] {
    const { branches } = this.#read.tree;
    if (!branches.hasVersions(node)) return undefined;
    const siblings = branches.siblings(node.key);
    return { index: siblings.indexOf(node), count: siblings.length };
  }
}

function isSameNodeStamp(one: NodeStamp, other: NodeStamp): boolean {
  return (
    isSameStamp(one, other) &&
    one.parent === other.parent &&
    one.isOnPath === other.isOnPath &&
    one.index === other.index &&
    one.versions === other.versions
  );
}

/** Returns the first words that are said, or the first tool that is called. */
function labelOf(messages: readonly (() => Pick<ShownMessage, 'parts' | 'text'>)[]): string {
  let called: string | undefined;
  for (const show of messages) {
    const { text, parts } = show();
    const words = wordsIn(text.slice(0, 4 * LONGEST))
      .replace(/\s+/g, ' ')
      .trim();
    if (words) return shortened(words);
    called ??= parts.find((part) => part.kind === 'tool')?.name;
  }
  return shortened(called ?? '');
}

/** By whole characters: half of one cannot be shown. */
function shortened(words: string): string {
  const characters = Array.from(words);
  return characters.length <= LONGEST ? words : characters.slice(0, LONGEST - 1).join('') + CUT;
}

function writerIn(node: Node, messageId: string | undefined): Author {
  const { records } = node.content;
  if (messageId === undefined) {
    const [first] = records;
    return first ? authorOf(first) : NOBODY;
  }
  const own = records.filter((record) => record.messageId === messageId);
  return writerOf(own, (record) => node.counts(record));
}

/** Returns the nodes, each after the one that it follows, which is named by its key. */
function inOrder({ tree }: Read): [Node, string | undefined][] {
  const order: [Node, string | undefined][] = [];
  const placed = new Set<string>();
  for (const node of tree.nodes) {
    const way: Node[] = [];
    // As a rule what a node follows is there already: the channel has an order.
    for (let next: Node | undefined = node; next && !placed.has(next.key); ) {
      placed.add(next.key);
      way.push(next);
      next = followed(tree, next);
    }
    for (const each of way.reverse()) {
      if (tree.branches.isHidden(each)) continue;
      order.push([each, parentIn(tree, each)]);
    }
  }
  return withoutRings(order);
}

function followed(tree: Read['tree'], node: Node): Node | undefined {
  const key = tree.branches.parentOf(node);
  return key === undefined || key === node.key ? undefined : tree.node(key);
}

/** Returns the node that a node follows, past those that are hidden. */
function parentIn(tree: Read['tree'], node: Node): string | undefined {
  let parent = followed(tree, node);
  const seen = new Set([node]);
  while (parent && tree.branches.isHidden(parent) && !seen.has(parent)) {
    seen.add(parent);
    parent = followed(tree, parent);
  }
  return parent && !seen.has(parent) ? parent.key : undefined;
}

/** Strangers may write what follows itself: one node of each ring is a root. */
function withoutRings(order: readonly [Node, string | undefined][]): [Node, string | undefined][] {
  const before = new Set<string>();
  return order.map(([node, parent]) => {
    const isBefore = parent !== undefined && before.has(parent);
    before.add(node.key);
    return [node, isBefore ? parent : undefined];
  });
}
