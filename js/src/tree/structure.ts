/**
 * The shape of the tree: records taken in the order of their serials become nodes and links.
 *
 * Whoever has records out of that order makes a new structure of them all: it is a fold, and knows
 * no way back.
 */

import type { Codec } from '../codec/contract';
import { saysAnything } from '../codec/decoding';
import * as wire from '../wire/names';
import type { Record } from '../wire/record';
import {
  ACTIVE,
  byPlace,
  ERROR,
  InputNode,
  type Node,
  RunNode,
  readRunError,
  SUSPENDED,
} from './nodes';
import { insertSorted } from './order';

/** Nodes, and how they hang together. `epoch` changes when more than a last node is new. */
export class Structure {
  readonly nodes = new Map<string, Node>();
  /** In the order of their places. */
  readonly sorted: Node[] = [];
  /** Which node has a message, by the message's id. */
  readonly owners = new Map<string, string>();
  /** Messages that are not here, for which the Runs stand that they asked for. */
  readonly absent = new Set<string>();
  readonly children = new Map<string | undefined, Set<string>>();
  readonly replies = new Map<string, Set<string>>();
  /** Runs that a fork has answered for: nothing will come of them. */
  readonly superseded = new Set<string>();
  regenerated = false;
  version = 0;
  epoch = 0;
  readonly #codec: Codec;
  #order = 0;

  constructor(codec: Codec) {
    this.#codec = codec;
  }

  owner(messageId: string): Node | undefined {
    const key = this.owners.get(messageId);
    return key === undefined ? undefined : this.nodes.get(key);
  }

  run(runId: string | undefined): RunNode | undefined {
    const node = runId === undefined ? undefined : this.nodes.get(runId);
    return node?.isRun ? node : undefined;
  }

  /** Takes the next record in; returns the node that it concerns. */
  apply(record: Record): Node | undefined {
    if (wire.RUN_LIFECYCLE.has(record.name)) {
      return record.runId ? this.#turn(record.runId, record) : undefined;
    }
    return wire.STEP_LIFECYCLE.has(record.name) ? this.#step(record) : this.#content(record);
  }

  // What is said.

  #content(record: Record): Node | undefined {
    const { runId, messageId } = record;
    if (runId !== undefined && this.nodes.has(runId)) return this.#output(runId, record);
    if (!saysAnything(this.#codec, record, runId !== undefined)) return undefined;
    if (runId !== undefined) return this.#output(runId, record);
    if (messageId === undefined || record.name !== wire.AI_INPUT) return undefined;
    const isUsers = record.transport[wire.ROLE] === 'user';
    return isUsers ? this.#input(messageId, record) : this.#fork(messageId, record);
  }

  #input(id: string, record: Record): Node {
    let node = this.nodes.get(id);
    if (!node) {
      const { [wire.PARENT]: parent, [wire.FORK_OF]: forkOf } = record.transport;
      node = new InputNode(id, parent, record.serial, this.#next(), forkOf);
      this.#insert(node);
      this.#own(id, id);
    } else if (!node.isRun && record.serial && !node.serial) {
      this.#promote(node, record.serial);
    }
    node.content.add(record);
    return node;
  }

  /** A user's answer to a tool, as the beginning of another Run in the place of one. */
  #fork(id: string, record: Record): Node {
    const superseded = record.transport[wire.SUPERSEDES];
    if (superseded !== undefined && !this.superseded.has(superseded)) {
      this.superseded.add(superseded);
      this.#changed();
    }
    const known = this.owner(id);
    return this.#output(known?.isRun ? known.key : id, record);
  }

  #output(runId: string, record: Record): Node {
    const headers = record.transport;
    this.#linkFork(headers[wire.INPUT_MESSAGE_ID], runId);
    let node = this.nodes.get(runId);
    if (!node && record.messageId !== undefined) {
      const unsent = this.owner(record.messageId);
      node = unsent?.isRun && !unsent.serial ? unsent : undefined;
    }
    if (!node) node = this.#insertRun(runId, record);
    else if (record.serial && node.isRun && !node.serial) this.#promote(node, record.serial);
    if (record.messageId) this.#own(record.messageId, node.key);
    if (node.isRun) node.steps.noteOutput(headers);
    node.content.add(record);
    return node;
  }

  // How Runs go.

  #turn(runId: string, record: Record): Node | undefined {
    if (record.name === wire.RUN_START) return this.#start(runId, record);
    const run = this.run(runId);
    if (!run) return undefined;
    const headers = record.transport;
    const invocation = headers[wire.INVOCATION_ID] ?? '';
    if (record.name === wire.RUN_RESUME) {
      run.lastResumedBy = invocation || run.lastResumedBy;
      if (run.status === SUSPENDED) run.status = ACTIVE;
    } else if (record.name === wire.RUN_SUSPEND) {
      // One that a later invocation has taken over has nothing to suspend any more.
      const { lastResumedBy } = run;
      if (invocation && lastResumedBy !== undefined && lastResumedBy !== invocation) return run;
      run.status = SUSPENDED;
      run.error = undefined;
      run.endSerial = record.serial;
    } else {
      run.status = headers[wire.RUN_REASON] ?? 'complete';
      run.error = run.status === ERROR ? readRunError(headers) : undefined;
      run.endSerial = record.serial;
    }
    return run;
  }

  #start(runId: string, record: Record): Node | undefined {
    const trigger = record.transport[wire.INPUT_MESSAGE_ID];
    const known = this.nodes.get(runId);
    if (!known) {
      let run = this.#adoptFork(trigger, runId);
      if (run) {
        this.#fill(run, record);
      } else {
        run = this.#insertRun(runId, record);
        this.#linkFork(trigger, runId);
      }
      run.started = true;
      return run;
    }
    if (!known.isRun) return undefined;
    this.#linkFork(trigger, runId);
    if (known.status === SUSPENDED) known.status = ACTIVE;
    this.#fill(known, record);
    known.started = true;
    return known;
  }

  /** Takes from a Run's start what its earlier messages did not tell. */
  #fill(run: RunNode, record: Record): void {
    const headers = record.transport;
    if (record.serial && !run.serial) this.#promote(run, record.serial);
    const parent = headers[wire.PARENT];
    if (run.parent === undefined && parent !== undefined) {
      this.children.get(undefined)?.delete(run.key);
      run.parent = parent;
      addTo(this.children, parent, run.key);
      addTo(this.replies, parent, run.key);
      this.#changed();
    }
    const forkOf = this.#forkTarget(record);
    if (run.forkOf === undefined && forkOf !== run.key) run.forkOf = forkOf;
    const regenerates = headers[wire.REGENERATES];
    if (run.regenerates === undefined && regenerates !== undefined) {
      run.regenerates = regenerates;
      this.regenerated = true;
      this.#changed();
    }
    run.invocationId ||= headers[wire.INVOCATION_ID] ?? '';
  }

  #step(record: Record): Node | undefined {
    const { runId, transport: headers } = record;
    const stepId = headers[wire.STEP_ID];
    if (!runId || !stepId) return undefined;
    if (record.name === wire.STEP_START) {
      if (!this.nodes.has(runId)) this.#insert(new RunNode(runId, undefined, '', this.#next()));
      const run = this.run(runId);
      const clientId = headers[wire.STEP_CLIENT_ID] ?? '';
      if (run?.steps.start(stepId, record.serial, clientId)) run.content.spoil();
      return run;
    }
    const run = this.run(runId);
    const attempt = headers[wire.STEP_START_SERIAL];
    if (attempt) run?.steps.end(stepId, attempt, headers[wire.STEP_REASON] ?? 'complete');
    return run;
  }

  // Forks that a user began before the agent named their Run.

  #linkFork(messageId: string | undefined, runId: string): void {
    if (messageId === undefined || messageId === runId) return;
    if (!this.#adoptFork(messageId, runId) && !this.owners.has(messageId)) {
      this.#own(messageId, runId);
      this.absent.add(messageId);
    }
  }

  /** Gives a fork that goes by its message's id the id that its agent chose. */
  #adoptFork(messageId: string | undefined, runId: string): RunNode | undefined {
    if (messageId === undefined || messageId === runId || this.nodes.has(runId)) return undefined;
    const fork = this.run(messageId);
    if (!fork) return undefined;
    this.nodes.delete(messageId);
    this.nodes.set(runId, fork);
    fork.key = runId;
    this.children.get(fork.parent)?.delete(messageId);
    addTo(this.children, fork.parent, runId);
    if (fork.parent !== undefined) {
      this.replies.get(fork.parent)?.delete(messageId);
      addTo(this.replies, fork.parent, runId);
    }
    this.#own(messageId, runId);
    this.#changed();
    return fork;
  }

  // Nodes and their places.

  #insertRun(runId: string, record: Record): RunNode {
    const headers = record.transport;
    const run = new RunNode(runId, headers[wire.PARENT], record.serial, this.#next());
    run.forkOf = this.#forkTarget(record);
    run.regenerates = headers[wire.REGENERATES];
    run.clientId = headers[wire.RUN_CLIENT_ID] ?? '';
    run.invocationId = headers[wire.INVOCATION_ID] ?? '';
    if (run.regenerates !== undefined && !this.regenerated) {
      // Whoever has laid out messages did not look for such Runs.
      this.regenerated = true;
      this.epoch += 1;
    }
    this.#insert(run);
    if (run.parent !== undefined) addTo(this.replies, run.parent, runId);
    return run;
  }

  #forkTarget(record: Record): string | undefined {
    const forkOf = record.transport[wire.FORK_OF];
    return forkOf ? this.owners.get(forkOf) : undefined;
  }

  #insert(node: Node): void {
    this.nodes.set(node.key, node);
    addTo(this.children, node.parent, node.key);
    this.version += 1;
    const last = this.sorted.at(-1);
    if (!last || byPlace(last, node) < 0) {
      this.sorted.push(node);
    } else {
      insertSorted(this.sorted, node, byPlace);
      this.epoch += 1;
    }
  }

  #promote(node: Node, serial: string): void {
    this.sorted.splice(this.sorted.indexOf(node), 1);
    node.serial = serial;
    insertSorted(this.sorted, node, byPlace);
    this.#changed();
  }

  #own(messageId: string, key: string): void {
    this.absent.delete(messageId);
    if (this.owners.get(messageId) === key) return;
    this.owners.set(messageId, key);
    if (this.children.has(messageId)) this.#changed();
  }

  #changed(): void {
    this.version += 1;
    this.epoch += 1;
  }

  #next(): number {
    this.#order += 1;
    return this.#order;
  }
}

/** Adds a key to those of its parent; a set keeps the order in which they came. */
function addTo<Parent>(index: Map<Parent, Set<string>>, parent: Parent, key: string): void {
  const known = index.get(parent);
  if (known) known.add(key);
  else index.set(parent, new Set([key]));
}
