/** Choices that follow from a seed, by the mulberry32 generator. */

export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed + 1, 0x9e3779b1) >>> 0;
  }

  /** A number from 0 up to 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let x = this.#state;
    x = Math.imul(x ^ (x >>> 15), x | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 up to `end`. */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  shuffled<Item>(list: readonly Item[]): Item[] {
    const drawn = list.map((item) => [this.next(), item] as const);
    return drawn.sort(([one], [other]) => one - other).map(([, item]) => item);
  }

  /** The list in pages of sizes from 1 to `most`. */
  pages<Item>(list: readonly Item[], most: number): Item[][] {
    const pages: Item[][] = [];
    for (let begin = 0; begin < list.length; ) {
      const end = begin + 1 + this.below(most);
      pages.push(list.slice(begin, end));
      begin = end;
    }
    return pages;
  }
}
