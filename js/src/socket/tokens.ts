/** Where the ably client gets its tokens: they are pushed here, in memory, and nowhere else. */

/** A token could not be had; says nothing of any token. */
export class NoToken extends Error {
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

interface Pushed {
  readonly token: string;
  readonly expires: number;
}

interface Waiting {
  readonly give: (token: string) => void;
  readonly fail: (reason: NoToken) => void;
}

export interface TokenOptions {
  /** Has whoever makes tokens push one. */
  readonly ask: () => void;
  /** How long one is waited for. */
  readonly patienceMs?: number;
  readonly now?: () => number;
}

/** The ably client itself waits for 10 s. */
const PATIENCE_MS = 8000;
/** One that is about to expire would not last until the server has it. */
const SPARE_MS = 2000;
/** The part of its life after which another is asked for. */
const RENEWED_AT = 0.8;
const LONGEST_TIMER_MS = 2 ** 31 - 1;
const NOBODY = 'no token came: the kernel is busy, restarting or gone';
const HINT = 'Run the cell again, or wait for the kernel; what is open goes on as soon as it can.';

/** Gives the newest token that has not expired, or waits for the next. */
export class Tokens {
  readonly #options: TokenOptions;
  readonly #now: () => number;
  readonly #waiting = new Set<Waiting>();
  readonly #listeners = new Set<(token: string) => void>();
  #newest: Pushed | undefined;
  #renewal: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;
  /** The one that the client has: it asks again where the server did not take it. */
  #given: string | undefined;

  constructor(options: TokenOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** Asks for the first one, unless it has come already. */
  begin(): void {
    if (!this.#isFresh && !this.#isClosed) this.#options.ask();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#renewal);
    this.#listeners.clear();
    this.deny('the session is closed');
  }

  get expires(): number | undefined {
    return this.#newest?.expires;
  }

  /** Takes a token in; one that is older than the newest changes nothing. */
  push(token: string, expires: number): void {
    if (this.#isClosed) return;
    if (this.#newest && expires < this.#newest.expires) return;
    if (token === this.#newest?.token) return;
    this.#newest = { token, expires };
    if (!this.#isFresh) return;
    this.#renewAfter((expires - this.#now()) * RENEWED_AT);
    this.#settle((waiting) => waiting.give(token));
    for (const listener of [...this.#listeners]) listener(token);
  }

  /** Notes that whoever makes tokens cannot make one now. */
  deny(message: string, hint?: string): void {
    this.#settle((waiting) => waiting.fail(new NoToken(message, hint)));
  }

  /** Hears of each token that is newer than the one before; returns what ends it. */
  onPush(listener: (token: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Returns a token, which may take a while; rejects with `NoToken` if none comes. */
  async next(): Promise<string> {
    const token = this.#isFresh ? this.#newest?.token : undefined;
    if (token !== undefined && token !== this.#given) return this.#give(token);
    // The client has had this one: another is better, and if none comes it is to do.
    try {
      return this.#give(await this.#wait());
    } catch (reason) {
      if (token === undefined || !this.#isFresh) throw reason;
      return this.#give(token);
    }
  }

  /** Whoever pushes tokens does so in time, as a rule, and is asked in case it forgot. */
  #renewAfter(delay: number): void {
    clearTimeout(this.#renewal);
    this.#renewal = setTimeout(() => this.#options.ask(), Math.min(delay, LONGEST_TIMER_MS));
  }

  get #isFresh(): boolean {
    return this.#newest !== undefined && this.#newest.expires - this.#now() > SPARE_MS;
  }

  #give(token: string): string {
    this.#given = token;
    return token;
  }

  #wait(): Promise<string> {
    return new Promise((give, fail) => {
      const patience = this.#options.patienceMs ?? PATIENCE_MS;
      const timer = setTimeout(() => waiting.fail(new NoToken(NOBODY, HINT)), patience);
      const done = () => {
        clearTimeout(timer);
        this.#waiting.delete(waiting);
      };
      const waiting: Waiting = {
        give: (token) => {
          done();
          give(token);
        },
        fail: (reason) => {
          done();
          fail(reason);
        },
      };
      this.#waiting.add(waiting);
      this.#options.ask();
    });
  }

  #settle(how: (waiting: Waiting) => void): void {
    for (const waiting of [...this.#waiting]) how(waiting);
  }
}
