/** What a node amounts to: its records folded in the order of their serials. */

import type { Codec, CodecMessage } from '../codec/contract';
import { eventsOf, growthOf } from '../codec/decoding';
import type { CodecEvent } from '../codec/fields';
import { AI_INPUT } from '../wire/names';
import type { Record } from '../wire/record';
import { bySerial, insertSorted } from './order';

/** A message that the codec could not fold, by its serial. */
export interface Problem {
  readonly serial: string;
  readonly error: unknown;
}

/** Who knows which records are part of it: a node. */
export interface Judge {
  counts(record: Record): boolean;
}

/** A node's records and their fold, which is made when it is asked for. */
export class Content {
  records: Record[] = [];
  problems: Problem[] = [];
  /** Changes when messages are others than before, and not only more or longer. */
  version = 0;
  /**
   * The states of the records that are folded, empty for those that do not count. Where there is
   * none the fold begins anew.
   */
  #folded: string[] = [];
  #projection: unknown;
  /** What the codec noted of a Run so far. */
  #seen = new Set<string>();

  /** Takes a record in at its place. */
  add(record: Record): void {
    if (record.serial && this.records.at(-1)?.serial === '') {
      // The channel shows now what was shown before it had it.
      this.records = this.records.filter((known) => known.serial);
      this.spoil();
    }
    const last = this.records.at(-1);
    if (!last || !record.serial || last.serial < record.serial) {
      this.records.push(record);
    } else if (!this.records.includes(record)) {
      insertSorted(this.records, record, bySerial);
      this.spoil();
    }
  }

  /** Has everything folded anew, as something in the middle has changed. */
  spoil(): void {
    this.#folded = [];
    this.version += 1;
  }

  /** Takes over a fold that was made of the same records as they still are. */
  reuse(earlier: Content, judge: Judge): void {
    const isSame = earlier.#folded.every((state, place) => {
      const record = this.records[place];
      if (!record || record !== earlier.records[place]) return false;
      return state === stateOf(record, judge);
    });
    if (isSame) {
      this.#folded = earlier.#folded;
      this.#projection = earlier.#projection;
      this.#seen = earlier.#seen;
      this.version = earlier.version;
      this.problems = earlier.problems;
    } else {
      this.version = earlier.version + 1;
    }
  }

  /** Folds what is not folded yet; returns the events of the last record, if it was. */
  fold(codec: Codec, judge: Judge): CodecEvent[] {
    if (this.#folded.length === 0) {
      this.#projection = codec.empty();
      this.#seen = new Set();
      this.problems = [];
    }
    let events: CodecEvent[] = [];
    for (const record of this.records.slice(this.#folded.length)) {
      events = eventsOf(codec, record, this.#seen);
      if (judge.counts(record)) this.#fold(codec, events, record);
      else events = [];
      this.#folded.push(stateOf(record, judge));
    }
    return events;
  }

  /** Folds what a stream has just grown by; anew, where others came after it. */
  grow(codec: Codec, record: Record, added: string, counts: boolean): CodecEvent[] {
    const events = counts ? growthOf(codec, record, added) : [];
    if (this.#folded.length === 0) return events;
    if (this.records.at(-1) !== record) {
      this.spoil();
    } else if (this.#folded.length === this.records.length) {
      this.#folded[this.#folded.length - 1] = record.state;
      this.#fold(codec, events, record);
    }
    return events;
  }

  messages(codec: Codec, judge: Judge): readonly CodecMessage[] {
    if (this.#folded.length === 0 || this.#folded.length < this.records.length) {
      this.fold(codec, judge);
    }
    return codec.messages(this.#projection);
  }

  /** Folds events one by one: what a codec chokes on must not take the rest along. */
  #fold(codec: Codec, events: readonly CodecEvent[], record: Record): void {
    const isByUser = record.name === AI_INPUT;
    for (const event of events) {
      try {
        if (isByUser) codec.foldInput(this.#projection, event, record.messageId);
        else codec.foldOutput(this.#projection, event, record.messageId);
      } catch (error) {
        this.problems = [...this.problems, { serial: record.serial, error }];
      }
    }
  }
}

function stateOf(record: Record, judge: Judge): string {
  return judge.counts(record) ? record.state : '';
}
