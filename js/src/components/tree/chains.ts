import type { GraphNode } from '../../shown/model';

/** One place in the drawing: a node, or several that follow each other and are folded into one. */
export interface Item {
  readonly key: string;
  readonly parent: string | undefined;
  /** The keys of the nodes that are folded into it, oldest first; empty for a node. */
  readonly folded: readonly string[];
}

/** Up to so many nodes, every one is drawn. */
export const FOLDS_ABOVE = 200;
const SHORTEST_CHAIN = 3;

/**
 * What is drawn of a graph. Where it has many nodes, those between two forks become one item, so that the
 * forks stay in sight; roots, tips, forks, the versions at a fork and what is open are never folded.
 */
export function itemsOf(
  graph: readonly GraphNode[],
  unfolded: ReadonlySet<string>,
  foldsAbove = FOLDS_ABOVE,
): readonly Item[] {
  const known = new Set(graph.map((node) => node.key));
  const parents = new Map(graph.map((node) => [node.key, parentOf(node, known)]));
  if (graph.length <= foldsAbove) {
    return graph.map(({ key }) => ({ key, parent: parents.get(key), folded: [] }));
  }
  const chains = chainsOf(graph, parents).filter(
    (chain) => chain.length >= SHORTEST_CHAIN && !unfolded.has(chainKey(chain)),
  );
  const chainOf = new Map(chains.flatMap((chain) => chain.map((key) => [key, chain] as const)));
  const placeOf = (key: string | undefined): string | undefined => {
    const chain = key === undefined ? undefined : chainOf.get(key);
    return chain ? chainKey(chain) : key;
  };
  return graph.flatMap(({ key }): Item[] => {
    const chain = chainOf.get(key);
    const parent = placeOf(parents.get(key));
    if (!chain) return [{ key, parent, folded: [] }];
    return chain[0] === key ? [{ key: chainKey(chain), parent, folded: chain }] : [];
  });
}

/** Whether two drawings have the same places, so that one layout does for both. */
export function isSameShape(some: readonly Item[], others: readonly Item[]): boolean {
  return (
    some.length === others.length &&
    some.every((item, index) => {
      const other = others[index];
      return (
        item.key === other?.key &&
        item.parent === other.parent &&
        item.folded.length === other.folded.length
      );
    })
  );
}

function chainKey(chain: readonly string[]): string {
  return `from ${chain[0]}`;
}

function parentOf(node: GraphNode, known: ReadonlySet<string>): string | undefined {
  return node.parent !== undefined && known.has(node.parent) ? node.parent : undefined;
}

function chainsOf(
  graph: readonly GraphNode[],
  parents: ReadonlyMap<string, string | undefined>,
): readonly (readonly string[])[] {
  const children = new Map<string, number>();
  for (const parent of parents.values()) {
    if (parent !== undefined) children.set(parent, (children.get(parent) ?? 0) + 1);
  }
  const isBetween = (node: GraphNode): boolean => {
    const parent = parents.get(node.key);
    const isOpen = node.status === 'active' || node.status === 'suspended';
    return (
      !isOpen && parent !== undefined && children.get(parent) === 1 && children.get(node.key) === 1
    );
  };
  const chains = new Map<string, string[]>();
  for (const node of graph) {
    if (!isBetween(node)) continue;
    const chain = chains.get(parents.get(node.key) ?? '') ?? [];
    chain.push(node.key);
    chains.delete(parents.get(node.key) ?? '');
    chains.set(node.key, chain);
  }
  return [...chains.values()];
}
