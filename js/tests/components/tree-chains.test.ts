import { describe, expect, test } from 'vitest';
import { FOLDS_ABOVE, isSameShape, itemsOf } from '../../src/components/tree/chains';
import { bigGraph, node } from './fixtures';

const NONE: ReadonlySet<string> = new Set();

/** One root, ten nodes in a row, a fork, and ten more on each side. */
const LONG = [
  node('root'),
  ...row('a', 'root', 10),
  ...row('left', 'a9', 10),
  ...row('right', 'a9', 10),
];

function row(name: string, parent: string, count: number) {
  return Array.from({ length: count }, (_, at) =>
    node(`${name}${at}`, at === 0 ? parent : `${name}${at - 1}`),
  );
}

const keysOf = (items: ReturnType<typeof itemsOf>) => items.map(({ key }) => key);

describe('folding', () => {
  test('leaves a small graph as it is', () => {
    expect(keysOf(itemsOf(LONG, NONE))).toEqual(LONG.map(({ key }) => key));
  });

  test('keeps roots, forks, versions and tips, and folds what is between', () => {
    const items = itemsOf(LONG, NONE, 5);
    expect(keysOf(items)).toEqual([
      'root',
      'from a0',
      'a9',
      'left0',
      'from left1',
      'left9',
      'right0',
      'from right1',
      'right9',
    ]);
    const parents = Object.fromEntries(items.map(({ key, parent }) => [key, parent]));
    expect(parents).toMatchObject({ 'from a0': 'root', a9: 'from a0', left0: 'a9', right0: 'a9' });
  });

  test('loses no node', () => {
    const graph = bigGraph(700, 9);
    const items = itemsOf(graph, NONE);
    const all = items.flatMap(({ key, folded }) => (folded.length > 0 ? folded : [key]));
    expect(graph.length).toBeGreaterThan(FOLDS_ABOVE);
    expect(items.length).toBeLessThan(graph.length);
    expect([...all].sort()).toEqual(graph.map(({ key }) => key).sort());
  });

  test('leaves what is open in sight', () => {
    const graph = LONG.map((one) =>
      one.key === 'a4' ? { ...one, kind: 'run' as const, status: 'active' as const } : one,
    );
    expect(keysOf(itemsOf(graph, NONE, 5)).slice(0, 5)).toEqual([
      'root',
      'from a0',
      'a4',
      'from a5',
      'a9',
    ]);
  });

  test('unfolds what was asked for, which stays so as the conversation grows', () => {
    const asked = new Set(['from a0']);
    expect(keysOf(itemsOf(LONG, asked, 5))).toContain('a3');
    expect(keysOf(itemsOf([...LONG, node('new', 'left9')], asked, 5))).toContain('a3');
    expect(keysOf(itemsOf(LONG, asked, 5))).toContain('from left1');
  });

  test('two nodes between forks are no chain', () => {
    const short = [node('root'), ...row('a', 'root', 3), node('x', 'a2'), node('y', 'a2')];
    expect(keysOf(itemsOf(short, NONE, 0))).toEqual(short.map(({ key }) => key));
  });

  test('a chain that has grown is another shape', () => {
    const grown = [...LONG, node('new', 'left9')];
    expect(isSameShape(itemsOf(LONG, NONE, 5), itemsOf(LONG, NONE, 5))).toBe(true);
    expect(isSameShape(itemsOf(LONG, NONE, 5), itemsOf(grown, NONE, 5))).toBe(false);
  });
});
