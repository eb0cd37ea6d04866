/** What an agent says, as a table: which message on the wire is which event. */

import type { Headers } from '../wire/names';
import { type CodecEvent, type Field, readFields } from './fields';

/** Reads an event's values from the message's data. */
export type Payload = (data: unknown) => CodecEvent;

/** An event that is one message. A type that ends in `-*` stands for all with that beginning. */
export interface Said {
  readonly type: string;
  readonly fields?: readonly Field[];
  readonly payload?: Payload;
}

/** How events stand for one growing message: its start, each delta of text, and its end. */
export interface Stream {
  readonly kind: string;
  readonly start: string;
  readonly delta: string;
  readonly end: string;
  /** Where a delta has its text. */
  readonly deltaText: string;
  readonly fields: readonly Field[];
  /** What of the headers a rebuilt delta carries. */
  readonly deltaFields?: readonly Field[];
  /** Rebuilds the end from the headers and the whole text. */
  readonly rebuildEnd?: (headers: Headers, text: string) => CodecEvent;
  readonly rebuildDelta?: (headers: Headers, text: string) => CodecEvent;
  /** Reads what an end without a start becomes. */
  readonly rebuildWhole?: (headers: Headers, data: unknown) => CodecEvent[];
}

/** Reads a growing message back into its events. */
export class Streamed {
  constructor(readonly as: Stream) {}

  decodeStart(headers: Headers): CodecEvent {
    return { type: this.as.start, ...readFields(this.as.fields, headers) };
  }

  decodeDelta(headers: Headers, text: string): CodecEvent {
    const { rebuildDelta, deltaFields, delta, deltaText } = this.as;
    if (rebuildDelta) return rebuildDelta(headers, text);
    return { ...readFields(deltaFields ?? [], headers), type: delta, [deltaText]: text };
  }

  decodeEnd(headers: Headers, text: string): CodecEvent {
    const { rebuildEnd, end, fields } = this.as;
    return rebuildEnd ? rebuildEnd(headers, text) : { type: end, ...readFields(fields, headers) };
  }
}

/** All outputs of a codec, found by the kind of their message. */
export class OutputTable {
  readonly streamed: ReadonlyMap<string, Streamed>;
  readonly #said: ReadonlyMap<string, Said>;
  readonly #families: readonly (readonly [prefix: string, said: Said])[];

  constructor(streams: readonly Stream[], said: readonly Said[]) {
    this.streamed = new Map(streams.map((stream) => [stream.kind, new Streamed(stream)]));
    this.#said = new Map(said.map((one) => [one.type, one]));
    this.#families = said.flatMap((one) =>
      one.type.endsWith('-*') ? [[one.type.slice(0, -1), one] as const] : [],
    );
  }

  /** Returns what a message of this kind, that is not a stream, stands for. */
  find(kind: string): Said | undefined {
    const family = this.#families.find(([prefix]) => kind.startsWith(prefix));
    return this.#said.get(kind) ?? family?.[1];
  }

  /** Tells whether a message of this kind says anything: as a stream, or as a whole. */
  knows(kind: string, streamed: boolean): boolean {
    const group = this.streamed.get(kind);
    if (streamed) return group !== undefined;
    return this.find(kind) !== undefined || group?.as.rebuildWhole !== undefined;
  }

  /** Returns the events of a message that is not a stream. */
  decodeWhole(kind: string, headers: Headers, data: unknown): CodecEvent[] {
    const rebuildWhole = this.streamed.get(kind)?.as.rebuildWhole;
    if (rebuildWhole) return rebuildWhole(headers, data);
    const said = this.find(kind);
    if (!said) return [];
    return [{ ...readFields(said.fields ?? [], headers), ...said.payload?.(data), type: kind }];
  }
}
