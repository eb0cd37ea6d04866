/** What a person does, as the channel has it. What comes of it is what the channel shows. */

import type { Message } from 'ably';
import { codecNamed } from '../codec/codecs';
import * as headers from '../runs/headers';
import { before, lastOf } from '../runs/placing';
import type { Sending } from '../runs/sending';
import type { Read } from '../shown/message';
import type { ShownRun } from '../shown/model';
import { isOpen, ownerIdOf, PATIENCE_MS } from '../shown/runs';
import type { Node } from '../tree/nodes';
import { AI_CANCEL } from '../wire/names';
import { Failure, type Permits } from './model';
import { failureOf, refusal } from './telling';
import type { Answer, Input, Writer } from './writing';

/** What acting asks of its session. */
export interface Stage {
  readonly read: Read;
  readonly writer: Writer;
  readonly clientId: string | undefined;
  readonly permits: Permits;
  openRuns(): readonly ShownRun[];
  publish(messages: readonly Message[]): Promise<void>;
  /** Resolves once the Run has ended or waits, or its agent goes on with it. */
  settled(runId: string, patienceMs: number): Promise<void>;
  /** Tell the person something that is no failure. */
  remark(text: string, runId: string): void;
  /** The view shows something else. */
  chosen(): void;
}

const USER = 'user';
const LOAD_MORE = 'Load older messages if it is not on view.';

export class Acting {
  readonly #stage: Stage;
  /** One's own edits, to be shown as soon as the channel has them. */
  readonly #edits = new Set<string>();
  /** What was said here and no agent has begun to answer, so far as is known. */
  readonly #sent = new Set<string>();

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** Notes that the channel has shown a message. */
  heard(messageId: string): void {
    if (this.#edits.has(messageId)) this.#follow(messageId);
  }

  async send(text: string): Promise<void> {
    this.#require('send');
    const parent = this.#messages.at(-1)?.codecMessageId;
    await this.#say(wordsOf(text), sendingOf({ parent }));
  }

  async edit(messageId: string, text: string): Promise<void> {
    this.#require('edit');
    const { tree } = this.#stage.read;
    const node = this.#nodeOf(messageId, 'edit');
    const message = tree.messagesOf(node).find((each) => each.codecMessageId === messageId);
    if (message?.message.role === 'assistant') {
      throw refusal('This is an agent’s message.', 'Edit the question, or regenerate the answer.');
    }
    const parent = before(tree, this.#messages, messageId);
    const own = crypto.randomUUID();
    this.#edits.add(own);
    try {
      await this.#say(wordsOf(text), sendingOf({ parent, forkOf: messageId }), own);
    } catch (reason) {
      this.#edits.delete(own);
      throw reason;
    }
    if (tree.nodeOf(own)) this.#follow(own);
  }

  async regenerate(messageId: string): Promise<void> {
    this.#require('regenerate');
    const { tree, view } = this.#stage.read;
    const run = this.#nodeOf(messageId, 'regenerate');
    if (!run.isRun) {
      throw refusal('This is a user’s message.', 'Regenerate the answer, or edit the question.');
    }
    const parent = before(tree, this.#messages, messageId);
    if (parent === undefined) {
      throw refusal('What this answers is not here.', LOAD_MORE);
    }
    const isHead = tree.messagesOf(run)[0]?.codecMessageId === messageId;
    // What was regenerated before is one place with its versions, not a version of its own.
    const target = (isHead ? run.regenerates : undefined) ?? messageId;
    await this.#say({ kind: 'regenerate', target, parent }, sendingOf({ parent }));
    view.followRegenerate(target);
    this.#stage.chosen();
  }

  async withdraw(inputId: string): Promise<void> {
    this.#require('cancel');
    await this.#cancel(undefined, inputId);
    this.#sent.delete(inputId);
  }

  async steer(runId: string, text: string): Promise<void> {
    this.#require('steer');
    const run = this.#runOf(runId);
    if (!isOpen(run)) throw refusal('This Run is over.', 'Send a new message instead.');
    await this.#say(wordsOf(text), sendingOf({ runId }));
  }

  async resume(runId: string, text: string): Promise<void> {
    this.#require('resume');
    const { tree } = this.#stage.read;
    if (this.#runOf(runId).status !== 'suspended') {
      throw refusal('This Run does not wait for anybody.', 'Steer it, or send a new message.');
    }
    await this.#say(wordsOf(text), sendingOf({ runId }));
    const run = tree.run(runId);
    const said = run ? tree.messagesOf(run).map((each) => each.message) : [];
    if (codecNamed(this.#stage.read.codec).waits(said)) {
      this.#stage.remark('It takes up what you said once its calls are answered.', runId);
    }
  }

  async cancel(runId: string): Promise<void> {
    this.#require('cancel');
    await this.#cancel(runId, undefined);
  }

  async cancelMine(): Promise<number> {
    const { clientId, read } = this.#stage;
    if (clientId === undefined) {
      throw refusal('The token names nobody, who has no Runs.', 'Cancel them one by one.', 40012);
    }
    this.#require('cancel');
    const { branches } = read.tree;
    // No agent has named a Run for these, and all the same none is to begin.
    const waiting = [...this.#sent].filter((id) => branches.runsFor(id).length === 0);
    const count = await this.cancelOf(clientId);
    for (const id of waiting) await this.#cancel(undefined, id);
    this.#sent.clear();
    return count + waiting.length;
  }

  cancelOf(clientId: string): Promise<number> {
    return this.#cancelWhere((run) => ownerIdOf(run) === clientId);
  }

  cancelAll(): Promise<number> {
    return this.#cancelWhere(() => true);
  }

  async redirect(runId: string, text: string): Promise<void> {
    this.#require('redirect');
    const { tree } = this.#stage.read;
    const input = wordsOf(text);
    if (isOpen(this.#runOf(runId))) {
      const settled = this.#stage.settled(runId, PATIENCE_MS);
      await this.#cancel(runId, undefined);
      await settled;
    }
    await this.#say(input, sendingOf({ parent: lastOf(tree, tree.run(runId)) }));
  }

  async answer(messageId: string, callId: string, answer: Answer): Promise<void> {
    this.#require('answer');
    const { tree } = this.#stage.read;
    const run = this.#nodeOf(messageId, 'answer a call of');
    const own = tree.messagesOf(run).find((each) => each.codecMessageId === messageId);
    if (!run.isRun || !own || !tree.codec.hasCall(own.message, callId)) {
      throw refusal('This message has no such tool call.', LOAD_MORE);
    }
    const parent = this.#messages.at(-1)?.codecMessageId;
    const input: Input = { ...answer, callId };
    await this.#say(input, sendingOf({ runId: run.key, parent }), messageId);
  }

  get #messages() {
    return this.#stage.read.view.messages;
  }

  /** Publishes an input, whose parts belong together. */
  async #say(
    input: Input,
    sending: Sending,
    messageId: string = crypto.randomUUID(),
  ): Promise<void> {
    const told = headers.ofInput({
      messageId,
      eventId: crypto.randomUUID(),
      clientId: this.#stage.clientId,
      role: sending.role,
      runId: sending.runId,
      parent: sending.parent,
      forkOf: sending.forkOf,
      regenerates: input.kind === 'regenerate' ? input.target : undefined,
    });
    await this.#publish(await this.#stage.writer.write(input, messageId, told));
    if (input.kind === 'user-message' && sending.runId === undefined) this.#sent.add(messageId);
  }

  async #cancel(runId: string | undefined, inputId: string | undefined): Promise<void> {
    const transport = headers.ofCancel(crypto.randomUUID(), runId, inputId);
    await this.#publish([{ name: AI_CANCEL, extras: { ai: { transport } } }]);
  }

  async #cancelWhere(isMeant: (run: ShownRun) => boolean): Promise<number> {
    this.#require('cancel');
    const meant = this.#stage.openRuns().filter(isMeant);
    for (const { runId } of meant) await this.#cancel(runId, undefined);
    return meant.length;
  }

  async #publish(messages: readonly Message[]): Promise<void> {
    try {
      await this.#stage.publish(messages);
    } catch (reason) {
      throw failureOf(reason, 'publish');
    }
  }

  #follow(messageId: string): void {
    this.#edits.delete(messageId);
    this.#stage.read.view.followEdit(messageId);
    this.#stage.chosen();
  }

  #require(what: keyof Permits): void {
    const permit = this.#stage.permits[what];
    if (!permit.allowed) throw new Failure(permit.why, { hint: 'Nothing was sent.' });
  }

  #nodeOf(messageId: string, what: string): Node {
    const node = this.#stage.read.tree.nodeOf(messageId);
    if (!node) throw refusal(`Unable to ${what} a message that is not here.`, LOAD_MORE);
    return node;
  }

  #runOf(runId: string): Pick<ShownRun, 'status'> {
    const run = this.#stage.read.tree.run(runId);
    if (!run) throw refusal('There is no such Run here.', LOAD_MORE);
    return { status: run.status as ShownRun['status'] };
  }
}

function wordsOf(text: string): Input {
  if (!text.trim()) throw refusal('There is nothing to say.', 'Write something first.');
  return { kind: 'user-message', text };
}

function sendingOf(where: {
  readonly parent?: string | undefined;
  readonly forkOf?: string;
  readonly runId?: string;
}): Sending {
  const { parent, ...rest } = where;
  return { ...rest, ...(parent === undefined ? {} : { parent }), role: USER };
}
