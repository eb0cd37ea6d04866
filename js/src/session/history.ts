/** Goes back in the channel's history: page by page, all of it, or to where it was lost. */

import type { InboundMessage } from 'ably';
import { Inbound } from '../wire/inbound';
import type { Line } from './line';
import { covers, type Since } from './missed';
import type { HistoryState } from './model';
import { problemOf } from './telling';

/** The first pages come soon; all of them in as few requests as there may be. */
const PAGE = 100;
const LARGE_PAGE = 1000;
/** So many pages are read at once until there is something to see. */
const MOST_AT_ONCE = 20;

export interface Reader {
  /** Take in messages that were said before, in any order. */
  load(messages: readonly Inbound[]): void;
  /** How many messages are known. */
  count(): number;
  /** Whether there is enough to see. */
  hasEnough(): boolean;
  changed(): void;
}

type Pages = AsyncGenerator<readonly InboundMessage[], undefined>;
type Told = Omit<HistoryState, 'isBeginningMissing'>;

/** A channel's history, as far as it has been read. */
export class History {
  readonly #line: Line;
  readonly #reader: Reader;
  #pages: Pages | undefined;
  #busy: Promise<unknown> = Promise.resolve();
  #told: Told = { phase: 'loading', hasOlder: true, isLoadingOlder: false, read: 0 };

  constructor(line: Line, reader: Reader) {
    this.#line = line;
    this.#reader = reader;
  }

  get told(): Told {
    return this.#told;
  }

  /** Reads the newest page, and more until there is enough to see. */
  begin(): Promise<void> {
    return this.#inTurn(async () => {
      this.#tell({ phase: 'loading' });
      let count = 0;
      do {
        if (!(await this.#next(PAGE))) break;
        count += 1;
      } while (!this.#reader.hasEnough() && count < MOST_AT_ONCE);
    });
  }

  /** Reads a page more; and all again from the beginning where that failed. */
  older(): Promise<void> {
    if (this.#told.phase === 'failed') return this.begin();
    return this.#inTurn(async () => {
      // Where it was begun anew the first pages have nothing new.
      const known = this.#reader.count();
      while ((await this.#next(PAGE)) && this.#reader.count() === known);
    });
  }

  /** Reads all that there is, until it is stopped. */
  all(signal: AbortSignal): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.#told.hasOlder) return;
      // Anew, in large pages: what is known already changes nothing.
      this.#pages = this.#line.history(LARGE_PAGE);
      while (!signal.aborted && (await this.#next(LARGE_PAGE))) {
        // Each page is shown as it comes.
      }
    });
  }

  /** Returns what was said since a place, oldest first. */
  async since(place: Since): Promise<readonly Inbound[]> {
    const found: Inbound[] = [];
    for await (const page of this.#line.history(PAGE)) {
      const messages = page.map((message) => new Inbound(message));
      found.push(...messages.filter((message) => covers(place, message)));
      if (!messages.every((message) => covers(place, message))) break;
    }
    return found.reverse();
  }

  /** One at a time: each page begins where the one before has ended. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#busy.then(work);
    this.#busy = done.catch(() => {
      // Whoever asked for it is told.
    });
    return done;
  }

  /** Reads the next page; false if there is none. */
  async #next(limit: number): Promise<boolean> {
    if (!this.#told.hasOlder) return false;
    this.#pages ??= this.#line.history(limit);
    this.#tell({ isLoadingOlder: true });
    try {
      const { value: page, done } = await this.#pages.next();
      if (page) this.#reader.load(page.map((message) => new Inbound(message)));
      const read = this.#reader.count();
      this.#told = withoutProblem(this.#told);
      this.#tell({ phase: 'ready', isLoadingOlder: false, hasOlder: !done, read });
      return !done;
    } catch (reason) {
      // The next time begins anew.
      this.#pages = undefined;
      const problem = problemOf(reason, 'read history');
      this.#tell({ phase: 'failed', isLoadingOlder: false, problem });
      throw reason;
    }
  }

  #tell(changed: Partial<Told>): void {
    this.#told = { ...this.#told, ...changed };
    this.#reader.changed();
  }
}

function withoutProblem({ problem: _, ...told }: Told): Told {
  return told;
}
