/** The four places where an item's text streams in: its slots, each one of a list in the item. */

import { isObject } from '../../wire/inbound';
import type { Json } from '../fields';

export const ADDED = 'response.output_item.added';
export const DONE = 'response.output_item.done';
export const ARGUMENTS = 'response.function_call_arguments';
export const MESSAGE = 'message';
export const REASONING = 'reasoning';
export const CALL = 'function_call';
/** What an agent's item can be: each is also valid input of a later call. */
export const MODELLED: ReadonlySet<unknown> = new Set([MESSAGE, REASONING, CALL]);

/** One kind of part: the stream that fills it, the item and the list in it that have it. */
export interface Slot {
  readonly stream: string;
  readonly part: string;
  readonly item: string;
  /** The list in the item. */
  readonly within: 'content' | 'summary';
  /** The header and the value that have the part's place in that list. */
  readonly index: string;
  /** Where the part has its text. */
  readonly text: 'text' | 'refusal';
  readonly opening: string;
  readonly delta: string;
  readonly done: string;
}

function slot(
  stream: string,
  part: string,
  item: string,
  within: Slot['within'],
  text: Slot['text'] = 'text',
): Slot {
  const opens = within === 'summary' ? 'reasoning_summary_part' : 'content_part';
  return {
    stream,
    part,
    item,
    within,
    index: `${within}_index`,
    text,
    opening: `response.${opens}.added`,
    delta: `response.${stream}.delta`,
    done: `response.${stream}.done`,
  };
}

export const SLOTS: readonly Slot[] = [
  slot('output_text', 'output_text', MESSAGE, 'content'),
  slot('refusal', 'refusal', MESSAGE, 'content', 'refusal'),
  slot('reasoning_text', 'reasoning_text', REASONING, 'content'),
  slot('reasoning_summary_text', 'summary_text', REASONING, 'summary'),
];

/** Returns the slot that a part goes to, by its type. */
export function slotOf(part: unknown): Slot | undefined {
  const type = isObject(part) ? part.type : undefined;
  return SLOTS.find((slot) => slot.part === type);
}

/** Makes an item that has nothing but the place for such parts. */
export function shell(slot: Slot, id: unknown): Json {
  if (slot.item === REASONING) return { id, type: REASONING, summary: [] };
  return { id, type: MESSAGE, role: 'assistant', status: 'in_progress', content: [] };
}
