/** The tree: deliveries in, nodes and views out. */

import type { Codec, CodecMessage } from '../codec/contract';
import { outputsOf } from '../codec/decoding';
import type { CodecEvent } from '../codec/fields';
import { deliveriesIn, Inbound, type Wire } from '../wire/inbound';
import * as wire from '../wire/names';
import { type Change, compare, isEmpty, Record } from '../wire/record';
import { Branches } from './branches';
import type { Problem } from './content';
import { Emitter, type Handler } from './emitter';
import { runEventOf, type TreeEvents } from './events';
import { Log } from './log';
import type { Node, RunNode } from './nodes';
import { bySerial } from './order';
import { Structure } from './structure';
import { type Source, View } from './view';

/**
 * A conversation folded from the channel's messages: the same, whatever way they came.
 *
 * `apply` takes messages as they are delivered, `load` many at once, as history or a file has
 * them. What is delivered in the order of the channel is folded as it comes; anything else has
 * the shape made anew, when it is next asked for.
 */
export class Tree implements Source {
  readonly codec: Codec;
  readonly #log = new Log();
  #structure: Structure;
  #branches: Branches;
  #isStale = false;
  readonly #proposed = new Map<string, Record[]>();
  readonly #emitter = new Emitter<TreeEvents>();
  readonly #views = new Set<View>();

  constructor(codec: Codec) {
    this.codec = codec;
    this.#structure = new Structure(codec);
    this.#branches = new Branches(this.#structure);
  }

  // Reading.

  /** Returns a new view; each has its own choice of branches, and is told of changes until closed. */
  view(): View {
    const view = new View(this);
    this.#views.add(view);
    return view;
  }

  forget(view: View): void {
    this.#views.delete(view);
  }

  /** All nodes, in the order of the channel. */
  get nodes(): readonly Node[] {
    return this.structure.sorted;
  }

  node(key: string): Node | undefined {
    return this.structure.nodes.get(key);
  }

  run(runId: string): RunNode | undefined {
    return this.structure.run(runId);
  }

  /** Returns the node that a message belongs to. */
  nodeOf(messageId: string): Node | undefined {
    return this.structure.owner(messageId);
  }

  siblings(key: string): readonly Node[] {
    return this.branches.siblings(key);
  }

  messagesOf(node: Node): readonly CodecMessage[] {
    return node.content.messages(this.codec, node);
  }

  /** Returns what the records of a Run say, as far as it counts. */
  saidBy(node: Node): CodecEvent[] {
    const seen = new Set<string>();
    return node.content.records.flatMap((record) => {
      const said = outputsOf(this.codec, record, seen);
      return node.counts(record) ? said : [];
    });
  }

  /** Returns the message that carried an event id. */
  findEvent(eventId: string): Record | undefined {
    return this.#log.findEvent(eventId);
  }

  /** Returns the message that stands at a place of the channel. */
  record(serial: string): Record | undefined {
    return this.#log.get(serial);
  }

  /** What could not be folded; the rest is as if it were not there. */
  get problems(): readonly Problem[] {
    return this.nodes.flatMap((node) => {
      this.messagesOf(node);
      return node.content.problems;
    });
  }

  /** All messages of the channel that are known, each as it stands. */
  get records(): readonly Record[] {
    return this.#log.records;
  }

  /** Hears of changes: "update", "run", "output" or "message"; returns what ends it. */
  on<Name extends keyof TreeEvents>(event: Name, handler: Handler<TreeEvents[Name]>): () => void {
    return this.#emitter.on(event, handler);
  }

  // Writing.

  /** Takes in one message as it was delivered. */
  apply(delivery: Wire): void {
    const inbound = delivery instanceof Inbound ? delivery : new Inbound(delivery);
    const { record, change } = this.#log.merge(inbound);
    if (!record) this.#announcePassing(inbound);
    else if (change === 'new') this.#takeNew(record);
    else if (change === 'grew') this.#takeGrowth(record, inbound);
    else if (change !== 'nothing') this.#takeOther(record, change);
    this.#emitter.emit('message', inbound);
  }

  /** Takes in many messages, in any order, and tells of them once. */
  load(deliveries: Iterable<Wire>): void {
    // Those of one message stay in the order of their versions.
    const inbounds = [...deliveriesIn(deliveries)].sort(
      (one, other) => bySerial(one, other) || compare(one.version, other.version),
    );
    let isChanged = false;
    for (const inbound of inbounds) {
      const { record, change } = this.#log.merge(inbound);
      if (change !== 'nothing') isChanged = true;
      if (change === 'new' && record) this.#proposed.delete(subjectOf(record));
    }
    if (isChanged) this.#spoil();
  }

  /** Shows messages that are about to be published, until the channel shows them. */
  propose(messages: Iterable<Wire>): void {
    for (const message of messages) {
      const record = new Record(message instanceof Inbound ? message : new Inbound(message));
      this.#fixViews(record);
      const subject = subjectOf(record);
      this.#proposed.set(subject, [...(this.#proposed.get(subject) ?? []), record]);
      if (!this.#isStale) this.#touch(this.#structure.apply(record));
    }
    this.#emitter.emit('update', undefined);
  }

  /** Takes back what was proposed for a message or a Run, as it was not published. */
  withdraw(subject: string): void {
    if (this.#proposed.delete(subject)) this.#spoil();
  }

  get structure(): Structure {
    if (this.#isStale) this.#rebuild();
    return this.#structure;
  }

  get branches(): Branches {
    if (this.#isStale) this.#rebuild();
    return this.#branches;
  }

  #rebuild(): void {
    const before = this.#structure;
    this.#isStale = false;
    this.#structure = new Structure(this.codec);
    this.#branches = new Branches(this.#structure);
    for (const record of this.#log.records) this.#structure.apply(record);
    for (const record of [...this.#proposed.values()].flat()) this.#structure.apply(record);
    for (const [key, node] of this.#structure.nodes) {
      const known = before.nodes.get(key);
      if (known) node.content.reuse(known.content, node);
    }
  }

  #takeNew(record: Record): void {
    this.#fixViews(record);
    this.#proposed.delete(subjectOf(record));
    const before = this.#structure;
    const { version } = before;
    let node: Node | undefined;
    if (this.#isStale || !this.#log.isLast(record)) {
      this.#isStale = true;
      this.#touch(undefined);
    } else {
      node = this.#structure.apply(record);
      this.#touch(node, record.messageId);
    }
    const event = runEventOf(record);
    if (event) {
      if (record.runId) this.#emitter.emit('run', event);
    } else if (this.#emitter.wanted('output')) {
      this.#announce(record, node, this.#eventsOf(record, node));
    }
    if (this.#isStale || this.#structure !== before || before.version !== version) {
      this.#emitter.emit('update', undefined);
    }
  }

  #takeGrowth(record: Record, inbound: Inbound): void {
    const node = this.#isStale ? undefined : this.#home(record);
    if (!node) return;
    const added = typeof inbound.data === 'string' ? inbound.data : '';
    const events = node.content.grow(this.codec, record, added, node.counts(record));
    this.#touch(node, record.messageId);
    if (events.length > 0) this.#announce(record, node, events);
  }

  #takeOther(record: Record, change: Change): void {
    const node = this.#isStale ? undefined : this.#home(record);
    if (change === 'moved' || !node) {
      this.#spoil();
      return;
    }
    node.content.spoil();
    this.#touch(node, record.messageId);
    this.#announce(record, node, []);
  }

  /** Has the shape made anew, and tells of it. */
  #spoil(): void {
    this.#isStale = true;
    this.#touch(undefined);
    this.#emitter.emit('update', undefined);
  }

  #eventsOf(record: Record, given: Node | undefined): readonly CodecEvent[] {
    const node = given ?? this.#home(record);
    if (node?.content.records.at(-1) !== record) return outputsOf(this.codec, record, undefined);
    return node.content.fold(this.codec, node);
  }

  #announce(record: Record, node: Node | undefined, events: readonly CodecEvent[]): void {
    const runId = node?.isRun ? node.key : undefined;
    this.#emitter.emit('output', { runId, messageId: record.messageId, events, record });
  }

  /** Tells of what the channel does not keep, and the tree neither. */
  #announcePassing(inbound: Inbound): void {
    if (isEmpty(inbound.transport) || !this.#emitter.wanted('output')) return;
    const record = new Record(inbound);
    const events = outputsOf(this.codec, record, undefined);
    if (events.length > 0) this.#announce(record, this.structure.run(record.runId), events);
  }

  #home(record: Record): Node | undefined {
    const { nodes } = this.structure;
    const node = record.runId === undefined ? undefined : nodes.get(record.runId);
    if (node || record.messageId === undefined) return node;
    return this.structure.owner(record.messageId);
  }

  /** Lets views stay on what they show, where the record is another version of it. */
  #fixViews(record: Record): void {
    if (record.transport[wire.FORK_OF] === undefined) return;
    for (const view of this.#views) view.catchUp();
  }

  #touch(node: Node | undefined, messageId?: string): void {
    for (const view of [...this.#views]) view.touch(node, messageId);
  }
}

/** Returns what a proposal of this record would be about. */
function subjectOf(record: Record): string {
  return (wire.RUN_LIFECYCLE.has(record.name) ? record.runId : record.messageId) ?? '';
}

/**
 * Folds messages into a tree: as REST history has them, or as they were delivered live.
 *
 * Both may be mixed, and in any order, and what was delivered may still be in its frames.
 */
export function fold(messages: Iterable<Wire>, codec: Codec): Tree {
  const tree = new Tree(codec);
  tree.load(messages);
  return tree;
}
