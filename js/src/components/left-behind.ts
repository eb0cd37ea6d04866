import { type Memory, newMemory } from './memory';

/**
 * Where what consoles have left behind hangs on their page, to be gone with it. Each widget has the code
 * as a module of its own: what is in one of them the widget of a cell that ran again does not have.
 * The number is another where a Memory is made in another way, as a page may outlive an upgrade.
 */
const LEFT_HERE = Symbol.for('aitransport-notebook: left behind, 2');

interface LeftBehind {
  readonly cell: string;
  readonly memory: Memory;
}

/** What was left by kind, first what was left first. */
type Left = Map<string, readonly LeftBehind[]>;
export type Page = { [LEFT_HERE]?: Left };

/**
 * The memory of one widget. When it is no longer shown it is left behind, and one of the same kind that
 * is shown next takes it: there is one draft however often a cell runs, and no two who write at it.
 * Of several, each takes what its own cell has left, or else what was left first: outputs that are
 * cleared together come back in the same order.
 */
export class Remembering {
  readonly #left: Left;
  readonly #kind: string;
  readonly #cell: string;
  #memory: Memory | undefined;
  #views = 0;

  /** `cell` is the id of the cell that made the widget; empty where that is not known. */
  constructor(kind: string, cell: string, page: Page = globalThis as Page) {
    page[LEFT_HERE] ??= new Map();
    this.#left = page[LEFT_HERE];
    this.#kind = kind;
    this.#cell = cell;
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
    const left = { cell: this.#cell, memory: this.#memory };
    this.#left.set(this.#kind, [...(this.#left.get(this.#kind) ?? []), left]);
  }

  /** Its own, if nobody has taken that; else its cell's; else what was left first. */
  #take(): Memory | undefined {
    const left = this.#left.get(this.#kind) ?? [];
    const taken =
      left.find(({ memory }) => memory === this.#memory) ??
      left.find(({ cell }) => cell === this.#cell) ??
      left[0];
    const rest = left.filter((each) => each !== taken);
    if (rest.length > 0) this.#left.set(this.#kind, rest);
    else this.#left.delete(this.#kind);
    return taken?.memory;
  }
}
