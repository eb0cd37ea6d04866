/** A path's messages in one list, kept in step with as little work as the change needs. */

import type { CodecMessage } from '../codec/contract';
import type { Messages } from './branches';
import type { Node, RunNode } from './nodes';

/** The Runs that replace a message, and the key that is chosen of them and the message's own Run. */
export interface Later {
  readonly runs: readonly RunNode[];
  readonly chosen: string;
}

/** Tells what replaces a message: by its id, the id of the one before it, and its Run. */
export type FindLater = (target: string, before: string, owner: RunNode) => Later;

/** Where a node's messages begin, and what they were when they were put there. */
interface Laid {
  readonly start: number;
  readonly version: number;
  readonly count: number;
}

/** The messages of a path's nodes, in their order. */
export class Flat {
  readonly messages: CodecMessage[] = [];
  readonly #messagesOf: Messages;
  readonly #laid: Laid[] = [];
  /** Only where there are Runs that replace messages. */
  #later: FindLater | undefined;

  constructor(messagesOf: Messages) {
    this.#messagesOf = messagesOf;
  }

  /** Lays out a path from its beginning. */
  anew(nodes: readonly Node[], later: FindLater | undefined): void {
    this.#later = later;
    this.#lay(nodes, 0);
  }

  /** Lays out what the path has grown by. */
  extend(nodes: readonly Node[]): void {
    if (this.#later) this.#lay(nodes, 0);
    else if (nodes.length > this.#laid.length) this.#lay(nodes, this.#laid.length);
  }

  /** Lays out again from the first of these nodes whose messages are others than before. */
  renew(nodes: readonly Node[], positions: readonly number[]): void {
    const changed = positions.filter((at) => this.#isOther(nodes[at], this.#laid[at]));
    if (changed.length > 0) this.#lay(nodes, this.#later ? 0 : Math.min(...changed));
  }

  #isOther(node: Node | undefined, laid: Laid | undefined): boolean {
    if (!node || !laid) return true;
    const count = this.#messagesOf(node).length;
    return count !== laid.count || node.content.version !== laid.version;
  }

  #lay(nodes: readonly Node[], begin: number): void {
    const start = this.#laid[begin]?.start;
    if (start !== undefined) this.messages.length = start;
    this.#laid.length = Math.min(this.#laid.length, begin);
    const replacing = this.#replacing(nodes);
    for (const node of nodes.slice(begin)) {
      const laid = { start: this.messages.length, count: this.#messagesOf(node).length };
      if (!replacing.has(node.key)) this.#put(node, new Set());
      this.#laid.push({ ...laid, version: node.content.version });
    }
  }

  /** Puts a node's messages; `around` are the Runs in the place of whose message it stands. */
  #put(node: Node, around: ReadonlySet<string>): void {
    const own = this.#messagesOf(node);
    if (!this.#later || !node.isRun) {
      for (const message of own) this.messages.push(message);
      return;
    }
    const passed = new Set([...around, node.key]);
    let before: string | undefined;
    for (const message of own) {
      const id = message.codecMessageId;
      const later = before === undefined ? undefined : this.#later(id, before, node);
      const other = later?.runs.find((run) => run.key === later.chosen);
      if (other && !passed.has(other.key)) {
        this.#put(other, passed);
        return;
      }
      this.messages.push(message);
      before = id;
    }
  }

  /** Returns the Runs that stand in the place of another's message, and nowhere else. */
  #replacing(nodes: readonly Node[]): ReadonlySet<string> {
    const keys = new Set<string>();
    if (!this.#later) return keys;
    for (const node of nodes) {
      if (!node.isRun) continue;
      let before: string | undefined;
      for (const { codecMessageId: id } of this.#messagesOf(node)) {
        if (before !== undefined) {
          for (const run of this.#later(id, before, node).runs) keys.add(run.key);
        }
        before = id;
      }
    }
    return keys;
  }
}
