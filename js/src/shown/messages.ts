/** The messages on the path, as values that stay the same as long as what they show does. */

import type { CodecMessage } from '../codec/contract';
import type { Node } from '../tree/nodes';
import { kept, keptList } from './kept';
import { type Branched, type Read, saidIn, showMessage, showUnknown, wishAt } from './message';
import type { ShownMessage, Wish } from './model';
import { isSameStamp, type Stamp, stampOf } from './stamps';

interface Known {
  readonly shown: ShownMessage;
  readonly key: string | undefined;
  readonly stamp: Stamp | undefined;
}

/** Reads the messages on a view's path, and remembers what it has read. */
export class Messages {
  readonly #read: Read;
  #known = new Map<string, Known>();
  #list: readonly ShownMessage[] = [];

  constructor(read: Read) {
    this.#read = read;
  }

  get list(): readonly ShownMessage[] {
    return this.#list;
  }

  /** Reads whatever may be other than before. */
  readAll(): void {
    const before = this.#known;
    const stamps = new Map<Node, Stamp>();
    this.#known = new Map();
    this.#lay((message) => {
      const node = this.#nodeOf(message);
      const stamp = node && (stamps.get(node) ?? stampOf(node));
      if (node && stamp) stamps.set(node, stamp);
      const known = before.get(message.codecMessageId);
      const branch = node && this.#branchAt(node, message.codecMessageId);
      const isSame = isSameStamp(known?.stamp, stamp) && isAt(known?.shown.branch, branch);
      return known && isSame && this.#isWished(known, node)
        ? known
        : this.#show(message, node, known, branch, stamp);
    });
  }

  /** Reads the messages of these nodes, where the rest of the path stays as it was. */
  readNodes(keys: ReadonlySet<string>): void {
    this.#lay((message) => {
      const known = this.#known.get(message.codecMessageId);
      if (known?.key !== undefined && !keys.has(known.key)) return known;
      const node = this.#nodeOf(message);
      const branch = node && this.#branchAt(node, message.codecMessageId);
      return this.#show(message, node, known, branch, node && stampOf(node));
    });
  }

  /** Reads messages that have only grown; what is not on the path is left out. */
  readGrown(ids: Iterable<string>): void {
    for (const id of ids) this.#readGrown(id);
  }

  #readGrown(id: string): void {
    const known = this.#known.get(id);
    const node = this.#read.tree.nodeOf(id);
    // What grows is as a rule the newest.
    const at = known ? this.#list.lastIndexOf(known.shown) : -1;
    const message = this.#read.view.messages[at];
    if (!known || !node || message?.codecMessageId !== id) return;
    const said = saidIn(this.#read, node, message);
    const shown = kept(known.shown, { ...known.shown, ...said });
    this.#known.set(id, { ...known, shown, stamp: stampOf(node) });
    this.#list = this.#list.with(at, shown);
  }

  #lay(find: (message: CodecMessage) => Known): void {
    const list = this.#read.view.messages.map((message) => {
      const found = find(message);
      this.#known.set(message.codecMessageId, found);
      return found.shown;
    });
    this.#list = keptList(this.#list, list);
  }

  #show(
    message: CodecMessage,
    node: Node | undefined,
    known: Known | undefined,
    branch: Branched | undefined,
    stamp: Stamp | undefined,
  ): Known {
    const shown = node ? showMessage(this.#read, node, message, branch) : showUnknown(message);
    return { shown: kept(known?.shown, shown), key: node?.key, stamp };
  }

  /** Whether what is asked for at a message is what it was. */
  #isWished({ shown }: Known, node: Node | undefined): boolean {
    const wish = node && wishAt(this.#read, node, shown.id, shown.role);
    return isSameWish(shown.wish, wish);
  }

  #nodeOf(message: CodecMessage): Node | undefined {
    return this.#read.tree.nodeOf(message.codecMessageId);
  }

  #branchAt(node: Node, id: string): Branched | undefined {
    const { tree, view } = this.#read;
    if (!tree.structure.regenerated && !tree.branches.hasVersions(node)) return undefined;
    const { siblings, index } = view.branchAt(id);
    return siblings.length > 1 ? { index, count: siblings.length } : undefined;
  }
}

function isSameWish(one: Wish | undefined, other: Wish | undefined): boolean {
  return one?.inputId === other?.inputId && !one?.withdrawnBy === !other?.withdrawnBy;
}

function isAt(one: Branched | undefined, other: Branched | undefined): boolean {
  return one?.index === other?.index && one?.count === other?.count;
}
