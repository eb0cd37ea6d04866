/** Messages as they grow, and what is needed to know where the next event goes. */

import { isObject } from '../../wire/inbound';
import type { CodecMessage } from '../contract';
import type { Json } from '../fields';

export type Part = Json;

export interface Message extends Json {
  role: unknown;
  items: Json[];
  /** How tool calls stand, by their ids. */
  toolCallStates?: Json;
}

/** An agent's item that still grows. Its lists never show a part before the one below it. */
export class Item {
  /** Parts that came before one below them, by their list and place. */
  readonly #early = new Map<string, Part>();

  constructor(readonly value: Json) {}

  get type(): unknown {
    return this.value.type;
  }

  /** Returns the part at a place of one of the item's lists, shown or not. */
  part(name: string, index: unknown): Part | undefined {
    if (!isPlace(index)) return undefined;
    const parts = this.value[name];
    if (!Array.isArray(parts) || index >= parts.length) return this.#early.get(`${name} ${index}`);
    const part: unknown = parts[index];
    return isObject(part) ? part : undefined;
  }

  /** Puts a part in its place; it is shown once all below it are. */
  put(name: string, index: unknown, part: Part): void {
    const parts: unknown[] = Array.isArray(this.value[name]) ? this.value[name] : [];
    this.value[name] = parts;
    if (!isPlace(index)) return;
    if (index < parts.length) {
      parts[index] = part;
      return;
    }
    this.#early.set(`${name} ${index}`, part);
    for (let next = this.#take(name, parts.length); next; next = this.#take(name, parts.length)) {
      parts.push(next);
    }
  }

  #take(name: string, index: number): Part | undefined {
    const key = `${name} ${index}`;
    const part = this.#early.get(key);
    this.#early.delete(key);
    return part;
  }
}

/** A message, and its items that can be found by their id. */
export class Draft {
  readonly growing = new Map<unknown, Item>();

  constructor(readonly message: Message) {}

  get items(): Json[] {
    return this.message.items;
  }

  /** Puts a call's output in the place of one that is there, or at the end. */
  putOutput(output: Json): void {
    const place = this.items.findIndex(
      (item) => item.type === output.type && item.call_id === output.call_id,
    );
    if (place < 0) this.items.push(output);
    else this.items[place] = output;
  }

  /** Notes how a tool call stands, beside what is known of it. */
  note(callId: unknown, states: Json): void {
    const key = String(callId);
    const known = this.message.toolCallStates ?? {};
    const earlier = Object.hasOwn(known, key) ? known[key] : {};
    // A literal takes any id for a name, where an assignment would not.
    const noted = { [key]: { ...(earlier as Json), ...states } };
    this.message.toolCallStates = { ...known, ...noted };
  }
}

/** The messages of one Run or one input, in the order in which they began. */
export class Projection {
  readonly messages: CodecMessage[] = [];
  readonly #drafts = new Map<string, Draft>();

  /** Returns the message under this id; begins one if there is none. */
  draft(id: string, role: unknown = 'assistant'): Draft {
    const known = this.#drafts.get(id);
    if (known) return known;
    const draft = new Draft({ role, items: [] });
    this.#drafts.set(id, draft);
    this.messages.push({ codecMessageId: id, message: draft.message });
    return draft;
  }

  /** Returns an item of the message under this id. */
  item(id: string, itemId: unknown): Item | undefined {
    return isId(itemId) ? this.#drafts.get(id)?.growing.get(itemId) : undefined;
  }
}

/** Tells whether a value names an item: a number only where somebody else wrote one. */
export function isId(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function isPlace(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}
