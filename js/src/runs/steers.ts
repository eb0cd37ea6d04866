/** Which steers a Run has still to answer. */

import * as wire from '../wire/names';
import type { Record } from '../wire/record';

/** Steers as they go from said, over taken up, to answered. */
export class Steers {
  readonly #said = new Set<string>();
  readonly #takenUp = new Set<string>();

  add(messageId: string): void {
    this.#said.add(messageId);
  }

  /** Takes up all that was said since the last time; false if there was nothing. */
  takeUp(): boolean {
    const isAnySaid = this.#said.size > 0;
    for (const id of this.#said) this.#takenUp.add(id);
    this.#said.clear();
    return isAnySaid;
  }

  /** Returns those that what is said next answers. */
  answer(): string[] {
    const answered = [...this.#takenUp];
    this.#takenUp.clear();
    return answered;
  }

  isUnanswered(messageId: string): boolean {
    return this.#said.has(messageId) || this.#takenUp.has(messageId);
  }
}

/** Tells whether a record of a Run is a new word of its user; an answer to a call is none. */
export function isSteer(record: Record): boolean {
  return record.name === wire.AI_INPUT && record.codec[wire.KIND] === 'user-message';
}

/** Returns the ids of the steers that an output says it answers. */
export function steersIn(headers: wire.Headers): string[] {
  const told = headers[wire.STEERS];
  if (told === undefined) return [];
  try {
    const ids: unknown = JSON.parse(told);
    return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : [];
  } catch {
    // What is not JSON names nobody.
    return [];
  }
}
