/** Which version one reader sees where there are several, and why. */

import type { Branches, Messages } from './branches';
import type { Node, RunNode } from './nodes';
import type { Structure } from './structure';

/**
 * Why a version was chosen: by the reader, as the reader's own edit or regenerate, which follows
 * what comes of it, or because it was on view when somebody else made another version.
 */
type Reason = 'reader' | 'own' | 'pinned';

/** What a group's members are versions of; `later` is a message that is not the first of its Run. */
export type Kind = 'edits' | 'answers' | 'later';

/** One version: its node, and the message that stands for it. */
export interface Member {
  readonly key: string;
  readonly messageId: string;
}

/** The versions at one place, oldest first, under the key that a choice is kept by. */
export interface Group {
  readonly kind: Kind;
  readonly root: string;
  readonly members: readonly Member[];
}

interface Choice {
  readonly reason: Reason;
  /** Undefined while it waits for a version to come. */
  readonly key: string | undefined;
}

/** A reader's choices. Where there is none, the newest version is on view. */
export class Selection {
  #structure: Structure;
  #branches: Branches;
  readonly #messages: Messages;
  readonly #choices: Readonly<Record<Kind, Map<string, Choice>>> = {
    edits: new Map(),
    answers: new Map(),
    later: new Map(),
  };

  constructor(structure: Structure, branches: Branches, messages: Messages) {
    this.#structure = structure;
    this.#branches = branches;
    this.#messages = messages;
  }

  /** Keeps the choices for a structure that was made anew, and may have older versions. */
  rebase(structure: Structure, branches: Branches): void {
    this.#structure = structure;
    this.#branches = branches;
    for (const kind of ['edits', 'answers'] as const) {
      const choices = [...this.#choices[kind]];
      this.#choices[kind].clear();
      for (const [root, choice] of choices) {
        this.#choices[kind].set(branches.root(choice.key ?? root), choice);
      }
    }
  }

  /** The chosen node of each group that a path can tell apart. */
  get chosen(): ReadonlyMap<string, string> {
    const chosen = new Map<string, string>();
    for (const choices of [this.#choices.edits, this.#choices.answers]) {
      for (const [root, { key }] of choices) if (key !== undefined) chosen.set(root, key);
    }
    return chosen;
  }

  choose(group: Group, index: number): void {
    const member = group.members[Math.max(0, Math.min(index, group.members.length - 1))];
    if (member) this.#set(group.kind, group.root, 'reader', member.key);
  }

  /** Shows the reader's own edit. */
  followEdit(key: string): void {
    this.#set('edits', this.#branches.root(key), 'own', key);
  }

  /** Shows what will come in the place of a message, once it is there. */
  followRegenerate(messageId: string): void {
    const run = this.#structure.owner(messageId);
    if (!run?.isRun) return;
    const isHead = this.#messages(run)[0]?.codecMessageId === messageId;
    if (isHead) this.#set('answers', this.#branches.root(run.key), 'own', undefined);
    else this.#set('later', messageId, 'own', undefined);
    this.#rollOn();
  }

  /**
   * Chooses the nodes of a way through the tree, each following the one before it, and of each Run
   * what the next one follows: its messages up to that one.
   */
  followWay(way: readonly Node[], messageId?: string): void {
    for (const [place, node] of way.entries()) {
      if (this.#branches.hasVersions(node)) {
        const kind = node.isRun ? 'answers' : 'edits';
        this.#set(kind, this.#branches.root(node.key), 'reader', node.key);
      }
      if (!node.isRun) continue;
      const target = node.regenerates;
      if (target !== undefined && this.#regeneratorsOf(target).includes(node)) {
        this.#set('later', target, 'reader', node.key);
      }
      this.#keepUpTo(node, way[place + 1]?.parent ?? messageId);
    }
  }

  /** Adapts to what has come: stays on an edited input's version, goes on to a new answer. */
  reconcile(onView: readonly Node[]): void {
    // Until what they are versions of is here all are on view, and only the newest is to stay.
    for (const node of onView.toReversed()) {
      if (node.isRun || this.#branches.siblings(node.key).length <= 1) continue;
      const root = this.#branches.root(node.key);
      if (!this.#choices.edits.has(root)) this.#set('edits', root, 'pinned', node.key);
    }
    this.#rollOn();
  }

  /** Returns the key of the chosen version of a message that is not the first of its Run. */
  laterMember(target: string, owner: string, runs: readonly RunNode[]): string {
    const chosen = this.#choices.later.get(target)?.key;
    const isThere = chosen === owner || runs.some((run) => run.key === chosen);
    return (isThere ? chosen : undefined) ?? runs.at(-1)?.key ?? owner;
  }

  indexIn(group: Group): number {
    const chosen = this.#choices[group.kind].get(group.root)?.key;
    const index = group.members.findIndex((member) => member.key === chosen);
    return index >= 0 ? index : group.members.length - 1;
  }

  /** Returns the versions at the place of a message, if it marks one. */
  groupAt(messageId: string): Group | undefined {
    const node = this.#structure.owner(messageId);
    if (!node) return undefined;
    if (!node.isRun) return this.#whole('edits', node);
    const head = this.#messages(node)[0]?.codecMessageId;
    const group = this.#laterGroup(node, messageId, messageId === head);
    return group ?? (messageId === head ? this.#whole('answers', node) : undefined);
  }

  #set(kind: Kind, root: string, reason: Reason, key: string | undefined): void {
    this.#choices[kind].set(root, { reason, key });
  }

  #rollOn(): void {
    for (const [root, { reason }] of this.#choices.answers) {
      const group = this.#branches.siblings(root);
      if (reason === 'own' && group.length > 1)
        this.#set('answers', root, 'own', group.at(-1)?.key);
    }
    for (const [target, { reason }] of this.#choices.later) {
      const newest = this.#regeneratorsOf(target).at(-1);
      if (reason === 'own' && newest) this.#set('later', target, 'own', newest.key);
    }
  }

  /** Has a Run's own messages stay on view as far as one of them. */
  #keepUpTo(run: RunNode, messageId: string | undefined): void {
    const ids = this.#messages(run).map((message) => message.codecMessageId);
    const end = messageId === undefined ? -1 : ids.indexOf(messageId);
    for (const target of ids.slice(1, end + 1)) {
      if (this.#regeneratorsOf(target).length > 0) this.#set('later', target, 'reader', run.key);
    }
  }

  #whole(kind: Kind, node: Node): Group | undefined {
    const siblings = this.#branches.siblings(node.key);
    if (siblings.length <= 1) return undefined;
    return { kind, root: this.#branches.root(node.key), members: this.#heads(siblings) };
  }

  #laterGroup(run: RunNode, messageId: string, isHead: boolean): Group | undefined {
    const target = isHead ? run.regenerates : messageId;
    const owner = isHead ? this.#structure.owner(run.regenerates ?? '') : run;
    if (target === undefined || !owner?.isRun) return undefined;
    const runs = this.#regeneratorsOf(target);
    if (runs.length === 0) return undefined;
    const original = { key: owner.key, messageId: target };
    return { kind: 'later', root: target, members: [original, ...this.#heads(runs)] };
  }

  #regeneratorsOf(target: string): readonly RunNode[] {
    const owner = this.#structure.owner(target);
    if (!owner?.isRun) return [];
    const messages = this.#messages(owner);
    const place = messages.findIndex((message) => message.codecMessageId === target);
    const before = messages[place - 1];
    return before ? this.#branches.regenerators(target, before.codecMessageId) : [];
  }

  #heads(nodes: readonly Node[]): readonly Member[] {
    return nodes.flatMap((node) => {
      const head = this.#messages(node)[0];
      return head ? [{ key: node.key, messageId: head.codecMessageId }] : [];
    });
  }
}
