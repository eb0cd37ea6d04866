/** What one reader sees: the messages on one path through the tree, and its branches. */

import type { CodecMessage, Message } from '../codec/contract';
import { type Branches, Path } from './branches';
import { Emitter, type Handler } from './emitter';
import type { Update } from './events';
import { Flat, type Later } from './flat';
import { byPlace, infoOf, type Node, type RunInfo, type RunNode } from './nodes';
import { type Group, Selection } from './selection';
import type { Structure } from './structure';

/** What a view reads: a tree. */
export interface Source {
  readonly structure: Structure;
  readonly branches: Branches;
  messagesOf(node: Node): readonly CodecMessage[];
  /** Ends telling a view of changes. */
  forget(view: View): void;
}

/** The versions at the place of a message, and the one that is on view. */
export class Branch {
  /** The messages themselves, oldest first. */
  readonly siblings: readonly Message[];
  readonly index: number;
  readonly #select: (index: number) => void;

  constructor(siblings: readonly Message[], index: number, select: (index: number) => void) {
    this.siblings = siblings;
    this.index = index;
    this.#select = select;
  }

  get hasSiblings(): boolean {
    return this.siblings.length > 1;
  }

  get selected(): Message | undefined {
    return this.siblings[this.index];
  }

  /** Shows another version, and what follows it; the first or the last for one beyond. */
  select(index: number): void {
    this.#select(index);
  }
}

/** One path through the tree. Who no longer needs it closes it. */
export class View {
  readonly #tree: Source;
  #structure: Structure;
  #branches: Branches;
  readonly #selection: Selection;
  #path: Path;
  readonly #flat: Flat;
  #version = -1;
  #epoch = -1;
  readonly #touched = new Set<Node>();
  readonly #emitter = new Emitter<{ update: Update }>();

  constructor(tree: Source) {
    const messagesOf = (node: Node) => tree.messagesOf(node);
    this.#tree = tree;
    this.#structure = tree.structure;
    this.#branches = tree.branches;
    this.#selection = new Selection(this.#structure, this.#branches, messagesOf);
    this.#path = new Path(this.#branches, new Map());
    this.#flat = new Flat(messagesOf);
  }

  /** The messages on the path, oldest first. The list is live: copy it to keep it. */
  get messages(): readonly CodecMessage[] {
    this.#refresh();
    return this.#flat.messages;
  }

  /** The nodes on the path, oldest first. */
  get nodes(): readonly Node[] {
    this.#refresh();
    return this.#path.nodes;
  }

  /** The Runs on the path, oldest first. */
  get runs(): RunInfo[] {
    return this.nodes.filter((node) => node.isRun).map(infoOf);
  }

  /** Whether something here follows what is gone from the channel, or was not loaded. */
  get beginningMissing(): boolean {
    this.#refresh();
    return this.#path.cut;
  }

  /** Returns where on the path a node stands; undefined if it does not. */
  placeOf(key: string): number | undefined {
    this.#refresh();
    return this.#path.position.get(key);
  }

  /** Returns a Run by its id, also one that is not on the path. */
  run(runId: string): RunInfo | undefined {
    const run = this.#tree.structure.run(runId);
    return run && infoOf(run);
  }

  /** Returns the Run of a message: the one that it is from, or the one that answers it. */
  runFor(messageId: string): RunInfo | undefined {
    const node = this.#tree.structure.owner(messageId);
    const run = node && !node.isRun ? this.#answerTo(node.key) : node;
    return run && infoOf(run);
  }

  /** Returns the versions at the place of a message; one alone where there are no others. */
  branchAt(messageId: string): Branch {
    this.#refresh();
    const group = this.#selection.groupAt(messageId);
    const siblings = (group?.members ?? [])
      .map((member) => this.#message(member.messageId)?.message)
      .filter((message) => message !== undefined);
    if (group && siblings.length > 0) {
      const index = Math.min(this.#selection.indexIn(group), siblings.length - 1);
      return new Branch(siblings, index, (chosen) => this.choose(group, chosen));
    }
    const alone = this.#message(messageId);
    return new Branch(alone ? [alone.message] : [], 0, () => {});
  }

  /** Shows a member of a group. */
  choose(group: Group, index: number): void {
    this.#selection.choose(group, index);
    this.#show();
  }

  /**
   * Shows a node, or a message by its id: chooses every version on the way to it. False where
   * nothing can show it, and nothing is chosen then.
   */
  reveal(key: string): boolean {
    this.#refresh();
    const node = this.#structure.nodes.get(key) ?? this.#structure.owner(key);
    const way = node && this.#wayTo(node);
    if (!way) return false;
    this.#selection.followWay(way, key);
    this.#show();
    return true;
  }

  /** Shows one's own edit. */
  followEdit(messageId: string): void {
    this.#refresh();
    this.#selection.followEdit(messageId);
    this.#show();
  }

  /** Shows what comes in the place of a message, once it is there. */
  followRegenerate(messageId: string): void {
    this.#refresh();
    this.#selection.followRegenerate(messageId);
    this.#show();
  }

  /** Hears "update" when what is on view changes; returns what ends it. */
  on(event: 'update', handler: Handler<Update>): () => void {
    return this.#emitter.on(event, handler);
  }

  /** Ends the view: it follows the tree no longer. */
  close(): void {
    this.#tree.forget(this);
  }

  /** Notes what is on view, before another version comes that it is to stay in spite of. */
  catchUp(): void {
    this.#refresh();
  }

  /** Notes that a node may have changed, and which message of it; undefined is any. */
  touch(node: Node | undefined, messageId: string | undefined): void {
    if (node) this.#touched.add(node);
    if (!this.#emitter.wanted('update')) return;
    this.#refresh();
    if (!node || this.#path.position.has(node.key)) this.#emitter.emit('update', { messageId });
  }

  /** Shows what was chosen, and tells of it. */
  #show(): void {
    this.#rewalk();
    this.#emitter.emit('update', { messageId: undefined });
  }

  #message(messageId: string): CodecMessage | undefined {
    const node = this.#tree.structure.owner(messageId);
    const messages = node ? this.#tree.messagesOf(node) : [];
    return messages.find((message) => message.codecMessageId === messageId);
  }

  #answerTo(messageId: string): RunNode | undefined {
    const runs = this.#branches.runsFor(messageId);
    const [first] = runs;
    const wanted = first && this.#selection.chosen.get(this.#branches.root(first.key));
    return runs.find((run) => run.key === wanted) ?? runs.at(-1);
  }

  /** Returns the nodes from a root to this one; undefined where no path can have them all. */
  #wayTo(last: Node): readonly Node[] | undefined {
    const way: Node[] = [];
    for (let node = last; ; ) {
      if (this.#branches.isHidden(node)) return;
      // Of the versions at one place only one is on a path.
      if (this.#branches.siblings(node.key).some((version) => way.includes(version))) return;
      way.unshift(node);
      const key = this.#branches.parentOf(node);
      if (key === undefined) return way;
      const parent = this.#structure.nodes.get(key);
      // What stands before the node that it follows is never on a path.
      if (!parent || byPlace(parent, node) >= 0) return;
      node = parent;
    }
  }

  /** Catches up with the tree. */
  #refresh(): void {
    const { structure } = this.#tree;
    if (structure !== this.#structure) {
      this.#structure = structure;
      this.#branches = this.#tree.branches;
      this.#selection.rebase(structure, this.#branches);
      this.#selection.reconcile(this.#path.nodes);
      this.#rewalk();
    } else if (structure.version !== this.#version) {
      if (structure.epoch === this.#epoch && this.#path.canExtend()) {
        this.#flat.extend(this.#path.extend());
        this.#version = structure.version;
      } else {
        this.#selection.reconcile(this.#path.nodes);
        this.#rewalk();
      }
    }
    if (this.#touched.size === 0) return;
    const positions = Array.from(this.#touched, (node) => this.#path.position.get(node.key));
    this.#touched.clear();
    this.#flat.renew(
      this.#path.nodes,
      positions.filter((at) => at !== undefined),
    );
  }

  #rewalk(): void {
    this.#path = new Path(this.#branches, this.#selection.chosen);
    this.#flat.anew(this.#path.extend(), this.#structure.regenerated ? this.#later : undefined);
    this.#version = this.#structure.version;
    this.#epoch = this.#structure.epoch;
    this.#touched.clear();
  }

  readonly #later = (target: string, before: string, owner: RunNode): Later => {
    const runs = this.#branches.regenerators(target, before);
    return { runs, chosen: this.#selection.laterMember(target, owner.key, runs) };
  };
}
