/** How much a Run has said, and how fast. */

import type { Content } from '../tree/content';
import { AI_OUTPUT } from '../wire/names';
import type { Record } from '../wire/record';
import { hasWords } from './context';

interface Sum {
  readonly characters: number;
  readonly ms: number;
}

/** What is said at once has no speed. */
const SHORTEST_MS = 300;
const NOTHING: Sum = { characters: 0, ms: 0 };

/** Counts what a Run's streams of words have amounted to; each that has ended is counted once. */
export class Tally {
  /** When it began to say what counts. */
  firstAt: number | undefined;
  /** When it first said anything, even if a later attempt has replaced that. */
  everAt: number | undefined;
  /** The sum of the records up to the first that may still grow. */
  #settled = NOTHING;
  #count = 0;
  #version: number | undefined;
  #all = NOTHING;

  get characters(): number {
    return this.#all.characters;
  }

  /** Characters a second, while it was streaming. */
  get rate(): number | undefined {
    const { characters, ms } = this.#all;
    return ms >= SHORTEST_MS ? (characters * 1000) / ms : undefined;
  }

  /** Counts what is new. */
  update(content: Content, counts: (record: Record) => boolean): void {
    if (this.#version !== content.version) {
      this.#version = content.version;
      this.#settled = NOTHING;
      this.#count = 0;
      this.firstAt = undefined;
      this.everAt = undefined;
    }
    let sum = this.#settled;
    let isSettled = true;
    for (let at = this.#count; at < content.records.length; at += 1) {
      const record = content.records[at];
      if (!record) break;
      if (saysSomething(record)) {
        this.everAt ??= record.timestamp;
        if (counts(record)) sum = this.#add(sum, record);
      }
      isSettled &&= !record.streamed || record.status !== undefined;
      if (isSettled) {
        this.#settled = sum;
        this.#count = at + 1;
      }
    }
    this.#all = sum;
  }

  #add(sum: Sum, record: Record): Sum {
    this.firstAt ??= record.timestamp;
    if (!hasWords(record)) return sum;
    const [began, grew] = [record.timestamp, record.versionTimestamp];
    const ms = began === undefined || grew === undefined ? 0 : Math.max(0, grew - began);
    return { characters: sum.characters + record.text.length, ms: sum.ms + ms };
  }
}

function saysSomething({ name, streamed, data }: Record): boolean {
  return name === AI_OUTPUT && (streamed || (data !== '' && data !== undefined));
}
