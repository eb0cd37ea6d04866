/** The fold shows of each recorded case what the one in Python shows, whatever way it was told. */

import { describe, expect, test } from 'vitest';
import { Inbound } from '../../src/wire/inbound';
import { compare } from '../../src/wire/record';
import { Chance } from './chance';
import { firstDifference } from './difference';
import { CASES, type Case } from './files';
import { type Step, told, type Wire } from './telling';

const SEEDS = [1, 2, 3, 4];

describe.each(CASES)('$name', (recorded) => {
  const { codec, live, history, expected, heard, seen } = recorded;

  test('history at once', () => {
    expect(difference(recorded, [{ load: history }])).toBeUndefined();
  });

  test('live, one by one, before a view that is always open', () => {
    const got = told(codec, [{ apply: live }]);
    expect(firstDifference(got.shown, heard ?? expected)).toBeUndefined();
    expect(got.seen).toEqual(seen);
  });

  test('live, all at once', () => {
    const got = told(codec, [{ load: live }]);
    expect(firstDifference(got.shown, heard ?? expected)).toBeUndefined();
  });

  test.each(SEEDS)('history in pages, newest first or in any order: seed %i', (seed) => {
    const chance = new Chance(seed);
    const pages = chance.pages(history, 1 + chance.below(40)).reverse();
    const steps = (seed % 2 ? pages : chance.shuffled(pages)).map((load) => ({ load }));
    expect(difference(recorded, steps)).toBeUndefined();
  });

  test.each(SEEDS)('the end live, twice and in disorder, and history: seed %i', (seed) => {
    expect(difference(recorded, mixed(recorded, new Chance(seed)))).toBeUndefined();
  });
});

test('there are cases of every codec, some of which nobody has heard whole', () => {
  expect(new Set(CASES.map(({ codec }) => codec))).toEqual(
    new Set(['uimessage', 'responses', 'text']),
  );
  expect(CASES.length).toBeGreaterThan(40);
  expect(CASES.some(({ heard }) => heard)).toBe(true);
});

test('a difference is found wherever it is', () => {
  const one = { a: [{ b: 1 }, { c: [1, null] }] };
  expect(firstDifference(one, structuredClone(one))).toBeUndefined();
  const others = [{ a: [{ b: 1 }, { c: [1] }] }, { a: [{ b: 1 }] }, { a: {} }, {}, [one], null];
  for (const other of others) {
    expect(firstDifference(one, other)).toBeDefined();
    expect(firstDifference(other, one)).toBeDefined();
  }
  expect(firstDifference({}, JSON.parse('{"__proto__": {}}'))).toBeDefined();
});

function versionOf(message: Wire): string {
  return new Inbound(message).version;
}

function difference({ codec, expected }: Case, steps: readonly Step[]): string | undefined {
  return firstDifference(told(codec, steps).shown, expected);
}

/** The deliveries of one message keep their order, as one publisher's do. */
function mixed({ live, history }: Case, chance: Chance): Step[] {
  const inOrder = live.toSorted((one, other) => compare(versionOf(one), versionOf(other)));
  const queues = new Map<string, Wire[]>();
  for (const message of inOrder.slice(chance.below(live.length + 1))) {
    const { serial } = new Inbound(message);
    queues.set(serial, [...(queues.get(serial) ?? []), message]);
  }
  const waiting = [...queues.values()];
  const pages = chance.shuffled(chance.pages(history, 1 + chance.below(20)));
  const reach = 1 + chance.below(8);
  const steps: Step[] = [];
  while (waiting.length > 0 || pages.length > 0) {
    const page = waiting.length === 0 || chance.next() < 0.1 ? pages.pop() : undefined;
    if (page) {
      steps.push({ load: page });
      continue;
    }
    const place = chance.below(Math.min(reach, waiting.length));
    const message = waiting[place]?.shift();
    if (message) steps.push({ apply: chance.next() < 0.3 ? [message, message] : [message] });
    if (!waiting[place]?.length) waiting.splice(place, 1);
  }
  return steps;
}
