/** A conversation written down as its channel would have it: as delivered, and as history. */

import type { CodecMessage } from '../../src/codec/contract';
import { UIMessageCodec } from '../../src/codec/uimessage/codec';
import { ofInput } from '../../src/runs/headers';
import { Tree } from '../../src/tree/tree';
import type { View } from '../../src/tree/view';
import { Action } from '../../src/wire/inbound';
import * as wire from '../../src/wire/names';

export interface Message {
  readonly action: number | string;
  readonly serial: string;
  readonly name: string;
  readonly data?: unknown;
  readonly extras: { readonly ai: { readonly transport: Headers; readonly codec: Headers } };
  readonly version: { readonly serial: string; readonly timestamp: number };
  readonly timestamp: number;
  readonly clientId: string;
}

type Headers = Readonly<Record<string, string>>;

export const CODEC = new UIMessageCodec();
export const BEGAN = 1_700_000_000_000;

/** Publishes to no channel, and notes what one would deliver and keep. */
export class Script {
  readonly live: Message[] = [];
  readonly history: Message[] = [];
  #serials = 0;
  #ids = 0;

  publish(name: string, transport: Headers, codec: Headers = {}, data?: unknown): string {
    const serial = this.#serial();
    const message = {
      action: Action.CREATE,
      serial,
      name,
      data,
      extras: { ai: { transport, codec } },
      version: { serial, timestamp: BEGAN },
      timestamp: BEGAN,
      clientId: 'user',
    };
    this.live.push(message);
    this.history.push(message);
    return serial;
  }

  append(serial: string, text: string, transport: Headers, codec: Headers): void {
    const at = this.history.findIndex((known) => known.serial === serial);
    const known = this.history[at];
    if (!known) throw new Error(`there is no message ${serial}`);
    const grown = {
      ...known,
      data: `${known.data ?? ''}${text}`,
      extras: { ai: { transport, codec } },
      version: { serial: this.#serial(), timestamp: BEGAN },
    };
    this.live.push({ ...grown, action: Action.APPEND, data: text });
    this.history[at] = { ...grown, action: Action.UPDATE };
  }

  /** Says something as a user; returns the message's id. */
  ask(text: string, told: Partial<Parameters<typeof ofInput>[0]> = {}): string {
    const messageId = told.messageId ?? this.nextId('m');
    const headers = ofInput({ messageId, eventId: `e-${messageId}`, clientId: 'user', ...told });
    const codec = { kind: 'user-message', messageId, partType: 'text' };
    this.publish(wire.AI_INPUT, headers, codec, text);
    return messageId;
  }

  /** Begins a Run that answers a message. */
  run(asked: string, regenerates?: string): Running {
    return new Running(this, this.nextId('r'), asked, regenerates);
  }

  /** Answers a message and ends the Run; returns the ids of what it said. */
  answer(asked: string, texts: readonly string[] = ['an answer'], regenerates?: string): string[] {
    const run = this.run(asked, regenerates);
    const said = texts.map((text) => run.say(text));
    run.end();
    return said;
  }

  nextId(prefix: string): string {
    this.#ids += 1;
    return `${prefix}${this.#ids}`;
  }

  #serial(): string {
    this.#serials += 1;
    return `${BEGAN + this.#serials}-000`;
  }
}

/** A Run under way, with one step. */
export class Running {
  readonly #told: Headers;
  #step: Headers = {};

  constructor(
    readonly script: Script,
    readonly id: string,
    readonly asked: string,
    regenerates?: string,
  ) {
    this.#told = {
      [wire.RUN_ID]: id,
      [wire.INVOCATION_ID]: `i-${id}`,
      [wire.RUN_CLIENT_ID]: 'user',
      [wire.INPUT_MESSAGE_ID]: asked,
      [wire.PARENT]: asked,
      ...(regenerates === undefined ? {} : { [wire.REGENERATES]: regenerates }),
    };
    script.publish(wire.RUN_START, this.#told);
    this.step(`${id}-0`);
  }

  step(stepId: string): void {
    const told = { [wire.RUN_ID]: this.id, [wire.STEP_ID]: stepId, [wire.STEP_CLIENT_ID]: 'agent' };
    const serial = this.script.publish(wire.STEP_START, told);
    this.#step = { [wire.STEP_ID]: stepId, [wire.STEP_START_SERIAL]: serial };
  }

  endStep(reason?: string): void {
    const why: Headers = reason === undefined ? {} : { [wire.STEP_REASON]: reason };
    this.script.publish(wire.STEP_END, { [wire.RUN_ID]: this.id, ...this.#step, ...why });
  }

  /** Streams a text as one message; returns its id. */
  say(text: string, messageId = this.script.nextId('m')): string {
    for (const _ of this.each(text, messageId));
    return messageId;
  }

  /** Streams a text letter by letter, so that others may speak between them. */
  *each(text: string, messageId: string): Generator<undefined> {
    const told = {
      ...this.#told,
      ...this.#step,
      [wire.ROLE]: 'assistant',
      [wire.MESSAGE_ID]: messageId,
    };
    const whole = { ...told, [wire.STREAM]: 'false' };
    const streaming = { ...told, [wire.STREAM]: 'true', [wire.STATUS]: 'streaming' };
    const codec = { kind: 'text', id: 't' };
    this.script.publish(wire.AI_OUTPUT, whole, { kind: 'start', messageId });
    yield;
    const serial = this.script.publish(wire.AI_OUTPUT, streaming, codec, '');
    for (const letter of text) {
      yield;
      this.script.append(serial, letter, streaming, codec);
    }
    yield;
    this.script.append(serial, '', { ...streaming, [wire.STATUS]: 'complete' }, codec);
    this.script.publish(wire.AI_OUTPUT, whole, { kind: 'finish' });
  }

  steer(text: string): string {
    return this.script.ask(text, { runId: this.id });
  }

  turn(name: string, more: Headers = {}): void {
    this.script.publish(name, { ...this.#told, ...more });
  }

  end(reason = 'complete', more: Headers = {}): void {
    this.turn(wire.RUN_END, { [wire.RUN_REASON]: reason, ...more });
  }
}

export function ids(view: View): string[] {
  return view.messages.map((message) => message.codecMessageId);
}

export function texts(view: View): string[] {
  return view.messages.map(textOf);
}

export function textOf({ message }: CodecMessage): string {
  const parts = message.parts as readonly { readonly text?: string }[];
  return parts.map((part) => part.text ?? '').join('');
}

/** Hears messages one by one, and looks each time. */
export function heard(messages: readonly object[]): Tree {
  const tree = new Tree(CODEC);
  const view = tree.view();
  for (const message of messages) {
    tree.apply(message);
    ids(view);
  }
  return tree;
}
