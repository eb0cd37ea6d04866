// Choices that follow from a seed.

const WORDS = [
  ...[
    'the',
    'sea',
    'naïve',
    'Straße',
    'Ω',
    '東京',
    '\u{1F9D1}\u200D\u{1F680}',
    'e\u0301',
    '"quoted"',
  ],
  ...['back\\slash', 'a\tb', '<b>', '{"json": 1}', 'line\n', '\u2028', 'قلب', '0', '-'],
];

export class Random {
  #state;

  constructor(seed) {
    this.#state = Math.imul(seed + 1, 0x9e3779b1) >>> 0;
  }

  /** A number from 0 up to 1, by the mulberry32 generator. */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let x = this.#state;
    x = Math.imul(x ^ (x >>> 15), x | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  }

  chance(probability) {
    return this.next() < probability;
  }

  /** A whole number from `low` to `high`, both included. */
  between(low, high) {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  pick(list) {
    return list[this.between(0, list.length - 1)];
  }

  /** One of the keys of `{key: weight}`. */
  weighted(weights) {
    const keys = Object.keys(weights);
    let left = this.next() * keys.reduce((sum, key) => sum + weights[key], 0);
    for (const key of keys) {
      left -= weights[key];
      if (left < 0) return key;
    }
    return keys.at(-1);
  }

  shuffled(list) {
    const drawn = list.map((one) => [this.next(), one]);
    return drawn.sort(([a], [b]) => a - b).map(([, one]) => one);
  }

  text(most = 4) {
    return Array.from({ length: this.between(1, most) }, () => this.pick(WORDS)).join(' ');
  }

  /** Any JSON value. */
  json() {
    const others = [() => this.between(0, 1000), () => true, () => this.data()];
    return this.chance(0.3) ? this.pick(others)() : this.data();
  }

  /** Any JSON value that Ably takes as the data of a message. */
  data() {
    return this.pick([
      () => ({ a: this.between(0, 9), b: [this.text(2), null, { deep: this.chance(0.5) }] }),
      () => [1.5, -2, 'x'],
      () => this.text(3),
      () => ({}),
      () => null,
    ])();
  }
}
