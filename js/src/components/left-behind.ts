import { type Memory, newMemory } from './memory';

/**
 * Where what consoles have left behind hangs on their page, to be gone with it. Each widget has the code
 * as a module of its own: what is in one of them the widget of a cell that ran again does not have.
 * The number is another where a Memory is made in another way, as a page may outlive an upgrade.
 */
const LEFT_HERE = Symbol.for('aitransport-notebook: left behind, 1');

type Left = Map<string, Memory[]>;
export type Page = { [LEFT_HERE]?: Left };

/**
 * The memory of one widget. When it is no longer shown it is left behind, and whichever of the same kind
 * is shown next takes it: there is one draft however often a cell runs, and no two who write at it.
 */
export class Remembering {
  readonly #left: Left;
  readonly #kind: string;
  #memory: Memory | undefined;
  #views = 0;

  constructor(kind: string, page: Page = globalThis as Page) {
    page[LEFT_HERE] ??= new Map();
    this.#left = page[LEFT_HERE];
    this.#kind = kind;
  }

  /** Has one more view. */
  begin(): Memory {
    this.#views += 1;
    if (this.#views === 1 || !this.#memory) this.#memory = this.#take() ?? newMemory();
    return this.#memory;
  }

  /** Has one view less. */
  end(): void {
    this.#views -= 1;
    if (this.#views > 0 || !this.#memory) return;
    this.#left.set(this.#kind, [...(this.#left.get(this.#kind) ?? []), this.#memory]);
  }

  /** Its own, if nobody has taken that; else what was left last. */
  #take(): Memory | undefined {
    const left = this.#left.get(this.#kind) ?? [];
    const taken = left.find((memory) => memory === this.#memory) ?? left.at(-1);
    const rest = left.filter((memory) => memory !== taken);
    if (rest.length > 0) this.#left.set(this.#kind, rest);
    else this.#left.delete(this.#kind);
    return taken;
  }
}
