import { useMemo, useState } from 'react';
import type { Graph, GraphNode } from '../../shown/model';
import { type Item, isSameShape, itemsOf } from './chains';
import { type Layout, layoutOf } from './layout';

export interface Drawn {
  readonly items: ReadonlyMap<string, Item>;
  readonly nodes: ReadonlyMap<string, GraphNode>;
  readonly layout: Layout;
  /** The node that stands for a place: itself, or the newest of those that are folded into it. */
  nodeAt(key: string): GraphNode | undefined;
  isOnPath(key: string): boolean;
  unfold(key: string): void;
}

/** Keeps the layout for as long as the tree's shape is the same: its words and colours change with every token. */
export class LayoutCache {
  #items: readonly Item[] = [];
  #layout: Layout = layoutOf([]);

  layoutOf(items: readonly Item[]): Layout {
    if (!isSameShape(items, this.#items)) {
      this.#layout = layoutOf(items);
      this.#items = items;
    }
    return this.#layout;
  }
}

export function useLayout(graph: Graph): Drawn {
  const [cache] = useState(() => new LayoutCache());
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(() => new Set());
  return useMemo(() => {
    const all = itemsOf(graph, unfolded);
    const items = new Map(all.map((item) => [item.key, item]));
    const nodes = new Map(graph.map((node) => [node.key, node]));
    const nodeAt = (key: string): GraphNode | undefined =>
      nodes.get(items.get(key)?.folded.at(-1) ?? key);
    return {
      items,
      nodes,
      layout: cache.layoutOf(all),
      nodeAt,
      isOnPath: (key) => nodeAt(key)?.isOnPath ?? false,
      unfold: (key) => setUnfolded((before) => new Set([...before, key])),
    };
  }, [cache, graph, unfolded]);
}
