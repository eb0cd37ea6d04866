/** Which nodes are versions of each other, and which of them lie on a chosen path. */

import type { CodecMessage } from '../codec/contract';
import { byPlace, type InputNode, type Node, type RunNode } from './nodes';
import type { Structure } from './structure';

export type Messages = (node: Node) => readonly CodecMessage[];

/** Reads a structure: groups of siblings, and the path that a choice among them makes. */
export class Branches {
  readonly #structure: Structure;
  readonly #groups = new Map<string, readonly Node[]>();
  #ofVersion: number;

  constructor(structure: Structure) {
    this.#structure = structure;
    this.#ofVersion = structure.version;
  }

  get nodes(): readonly Node[] {
    return this.#structure.sorted;
  }

  /** Returns the versions of a node, oldest first: edits of an input, answers to one. */
  siblings(key: string): readonly Node[] {
    if (this.#ofVersion !== this.#structure.version) {
      this.#groups.clear();
      this.#ofVersion = this.#structure.version;
    }
    const known = this.#groups.get(key);
    if (known) return known;
    const group = this.#findGroup(key);
    for (const node of group) this.#groups.set(node.key, group);
    this.#groups.set(key, group);
    return group;
  }

  /** Tells whether there is more than one version of a node; most follow theirs alone. */
  hasVersions(node: Node): boolean {
    const isAlone = this.#structure.children.get(node.parent)?.size === 1;
    return !isAlone && this.siblings(node.key).length > 1;
  }

  /** Returns the key by which a group is known, whatever member is asked for. */
  root(key: string): string {
    const node = this.#structure.nodes.get(key);
    if (node && !node.isRun) return this.#firstVersion(node).key;
    return this.siblings(key)[0]?.key ?? key;
  }

  /** Returns the Runs that follow a message, oldest first. */
  runsFor(messageId: string): readonly RunNode[] {
    const { replies, superseded } = this.#structure;
    return [...(replies.get(messageId) ?? [])]
      .map((key) => this.#structure.run(key))
      .filter((run) => run !== undefined)
      .filter((run) => !superseded.has(run.key))
      .sort(byPlace);
  }

  /** Returns the Runs that replace a message which is not the first of its Run. */
  regenerators(target: string, before: string): readonly RunNode[] {
    return this.runsFor(before).filter((run) => run.regenerates === target);
  }

  isHidden(node: Node): boolean {
    return this.#structure.superseded.has(node.key);
  }

  /** Returns the key of the node that it follows; undefined also where that one is not here. */
  parentOf(node: Node): string | undefined {
    if (node.parent === undefined) return undefined;
    const { absent, owners } = this.#structure;
    const owner = this.#structure.owner(node.parent);
    // It may follow what is not here just as the Run does that stands for that.
    const isAbsent = absent.has(node.parent) && owner?.parent === node.parent;
    return isAbsent ? undefined : owners.get(node.parent);
  }

  #findGroup(key: string): readonly Node[] {
    const { nodes, children } = this.#structure;
    const node = nodes.get(key);
    if (!node) return [];
    const first = node.isRun ? node : this.#firstVersion(node);
    return [...(children.get(first.parent) ?? [])]
      .map((child) => nodes.get(child))
      .filter((child) => child !== undefined)
      .filter((child) => !this.isHidden(child) && this.#isVersionOf(child, first))
      .sort(byPlace);
  }

  #isVersionOf(node: Node, first: Node): boolean {
    if (node.isRun !== first.isRun || node.parent !== first.parent) return false;
    return node.isRun || this.#edited(node).has(first.key);
  }

  /** Returns the keys that a chain of edits leads back through, its own among them. */
  #edited(input: InputNode): ReadonlySet<string> {
    const keys = new Set([input.key]);
    let node: Node | undefined = input;
    while (node && !node.isRun && node.forkOf !== undefined && !keys.has(node.forkOf)) {
      keys.add(node.forkOf);
      node = this.#structure.nodes.get(node.forkOf);
    }
    return keys;
  }

  #firstVersion(input: InputNode): InputNode {
    const seen = new Set([input.key]);
    let node = input;
    while (node.forkOf !== undefined && !seen.has(node.forkOf)) {
      const target = this.#structure.nodes.get(node.forkOf);
      if (!target || target.isRun || target.parent !== node.parent) break;
      node = target;
      seen.add(node.key);
    }
    return node;
  }
}

/** A path as it grows. What it passed it does not look at again. */
export class Path {
  readonly nodes: Node[] = [];
  readonly position = new Map<string, number>();
  /** Whether a node follows one that is gone from the channel, or has not been loaded. */
  cut = false;
  readonly #branches: Branches;
  readonly #chosen: ReadonlyMap<string, string>;
  readonly #picked = new Map<string, string>();
  #passed = 0;

  /** The newest version lies on the path where none is chosen. */
  constructor(branches: Branches, chosen: ReadonlyMap<string, string>) {
    this.#branches = branches;
    this.#chosen = chosen;
  }

  /** Takes in the nodes that are new since the last time. */
  extend(): readonly Node[] {
    for (const node of this.#new()) {
      if (!this.#isOn(node)) continue;
      this.position.set(node.key, this.nodes.length);
      this.nodes.push(node);
    }
    this.#passed = this.#branches.nodes.length;
    return this.nodes;
  }

  /** Tells whether all that is new is without a version that was passed. */
  canExtend(): boolean {
    return !this.#new().some((node) => this.#branches.hasVersions(node));
  }

  #new(): readonly Node[] {
    return this.#branches.nodes.slice(this.#passed);
  }

  #isOn(node: Node): boolean {
    const branches = this.#branches;
    if (branches.isHidden(node)) return false;
    const parent = branches.parentOf(node);
    if (parent !== undefined && !this.position.has(parent)) return false;
    if (branches.hasVersions(node) && this.#pick(node) !== node.key) return false;
    const hasBegun = !node.isRun || node.started;
    if (!hasBegun || (node.parent !== undefined && parent === undefined)) this.cut = true;
    return true;
  }

  /** Returns the key of that version of a node that lies on the path, once and for all. */
  #pick(node: Node): string {
    const root = this.#branches.root(node.key);
    const known = this.#picked.get(root);
    if (known !== undefined) return known;
    const group = this.#branches.siblings(node.key).map((member) => member.key);
    const wanted = this.#chosen.get(root);
    const isThere = wanted !== undefined && group.includes(wanted);
    const picked = isThere ? wanted : (group.at(-1) ?? node.key);
    this.#picked.set(root, picked);
    return picked;
  }
}
