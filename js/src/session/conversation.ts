/** What is known of a session, and what of it is on screen: read anew only as far as it changed. */

import type { CodecName } from '../codec/codecs';
import { codecNamed } from '../codec/codecs';
import { GraphReader } from '../shown/graph';
import { Ledger, type Turn } from '../shown/ledger';
import type { Read } from '../shown/message';
import { Messages } from '../shown/messages';
import type { Found, Graph, ShownMessage, ShownRun } from '../shown/model';
import { Runs, type Watched } from '../shown/runs';
import { Search } from '../shown/search';
import type { Structure } from '../tree/structure';
import { Tree } from '../tree/tree';
import { Action, type Inbound } from '../wire/inbound';
import {
  AI_CANCEL,
  AI_INPUT,
  INPUT_MESSAGE_ID,
  MESSAGE_ID,
  REGENERATES,
  RUN_ID,
  RUN_LIFECYCLE,
} from '../wire/names';
import type { Record } from '../wire/record';
import { asGrowth } from './missed';

export interface Shown {
  readonly messages: readonly ShownMessage[];
  readonly runs: ReadonlyMap<string, ShownRun>;
  readonly openRuns: readonly ShownRun[];
  readonly graph: Graph;
}

/** Takes the channel's messages in, and shows what they come to. */
export class Conversation {
  readonly read: Read;
  readonly #messages: Messages;
  readonly #runs: Runs;
  readonly #graph: GraphReader;
  readonly #search: Search;
  /** What has changed since it was shown: messages that have only grown, and nodes. */
  readonly #grown = new Set<string>();
  readonly #grownRuns = new Set<string>();
  readonly #nodes = new Set<string>();
  readonly #touched = new Set<string>();
  #isAnyOther = false;
  #structure: Structure | undefined;
  #epoch = -1;
  #count = 0;

  constructor(codec: CodecName) {
    const tree = new Tree(codecNamed(codec));
    this.read = { codec, tree, view: tree.view(), ledger: new Ledger() };
    this.#messages = new Messages(this.read);
    this.#runs = new Runs(this.read);
    this.#graph = new GraphReader(this.read);
    this.#search = new Search(this.read);
  }

  /** Takes in a message as it was delivered; returns what it asks of a Run, if that is news. */
  hear(message: Inbound): Turn | undefined {
    const { tree, ledger } = this.read;
    const known = tree.record(message.serial);
    const growth = asGrowth(tree, message);
    const isByOther = (growth.versionClientId ?? known?.clientId) !== known?.clientId;
    tree.apply(growth);
    if (known?.streamed && growth.action === Action.APPEND && !isByOther && known.messageId) {
      this.#grown.add(known.messageId);
      if (known.runId) this.#grownRuns.add(known.runId);
    } else {
      this.#touch(message, known);
    }
    const turn = ledger.note(message);
    this.#wish(message);
    if (turn) this.#nodes.add(turn.runId);
    return turn;
  }

  /** Takes in messages from history, in any order. */
  load(messages: readonly Inbound[]): void {
    for (const message of messages) this.read.ledger.note(message);
    this.read.tree.load(messages);
    this.#isAnyOther = true;
  }

  /** Has all of it read anew, as the view shows something else. */
  chosen(): void {
    this.#isAnyOther = true;
  }

  /** Returns what is to be on screen now. */
  show(watched: Watched): Shown {
    const { structure } = this.read.tree;
    const isAnew = structure !== this.#structure || structure.epoch !== this.#epoch;
    const isLonger = structure.sorted.length !== this.#count;
    // A Run that replaces a message may do so anywhere.
    if (this.#isAnyOther || isAnew || (isLonger && structure.regenerated)) this.#readAll(watched);
    else this.#readChanged(watched, structure);
    this.#structure = structure;
    this.#epoch = structure.epoch;
    this.#count = structure.sorted.length;
    this.#isAnyOther = false;
    for (const changed of [this.#grown, this.#grownRuns, this.#nodes, this.#touched])
      changed.clear();
    return {
      messages: this.#messages.list,
      runs: this.#runs.all,
      openRuns: this.#runs.open,
      graph: this.#graph.graph,
    };
  }

  find(words: string): readonly Found[] {
    return this.#search.find(words);
  }

  #touch(message: Inbound, known: Record | undefined): void {
    const { runId, messageId } = known ?? {
      runId: message.transport[RUN_ID],
      messageId: message.transport[MESSAGE_ID],
    };
    if (runId) this.#nodes.add(runId);
    // Whose it is shows once the tree has a shape again: now it may be in the middle of a change.
    if (messageId) this.#touched.add(messageId);
  }

  /** Notes where an answer was asked for, begun, or withdrawn. */
  #wish({ name, transport }: Inbound): void {
    const asked = transport[INPUT_MESSAGE_ID];
    if (RUN_LIFECYCLE.has(name) && asked) this.#touched.add(asked);
    // Rare, and it shows at whatever version is on view.
    if ((name === AI_CANCEL && asked) || (name === AI_INPUT && transport[REGENERATES])) {
      this.#isAnyOther = true;
    }
  }

  #readAll(watched: Watched): void {
    this.#messages.readAll();
    this.#runs.readAll(watched);
    this.#graph.readAll();
  }

  #readChanged(watched: Watched, structure: Structure): void {
    for (const id of this.#touched) this.#nodes.add(structure.owners.get(id) ?? id);
    for (const node of structure.sorted.slice(this.#count)) {
      this.#nodes.add(node.key);
      // Another version changes how those that it is one of are numbered.
      if (!this.read.tree.branches.hasVersions(node)) continue;
      for (const sibling of this.read.tree.siblings(node.key)) this.#nodes.add(sibling.key);
    }
    if (this.#nodes.size > 0) this.#messages.readNodes(this.#nodes);
    this.#messages.readGrown(this.#grown);
    this.#graph.readNodes(this.#nodes);
    this.#graph.readGrown(this.#grownRuns);
    // Those that are open change with time, too.
    const open = this.#runs.open.map(({ runId }) => runId);
    this.#runs.readSome(new Set([...this.#nodes, ...this.#grownRuns, ...open]), watched);
  }
}
