import { type HierarchyNode, hierarchy, tree } from 'd3-hierarchy';
import type { Item } from './chains';

export interface Place {
  readonly key: string;
  readonly x: number;
  readonly y: number;
  readonly depth: number;
  readonly parent: string | undefined;
  readonly children: readonly string[];
  readonly row: number;
  /** Unique in the layout, and fit for an element's id, which a key may not be. */
  readonly id: string;
}

export interface Layout {
  /** Every item once, parents before children. */
  readonly places: ReadonlyMap<string, Place>;
  /** The keys of each row, from left to right. */
  readonly rows: readonly (readonly string[])[];
  readonly roots: readonly string[];
  readonly columns: number;
  /** The width of a column; places on one row are at least so far apart. */
  readonly column: number;
  readonly width: number;
  readonly height: number;
}

/** The radius that a place takes when nothing is scaled. */
export const RADIUS = 7;

/** How far a row is below the one that it goes on with. */
export const ROW = 24;
const ROW_AFTER_FORK = 40;
const NARROWEST = 26;
const WIDEST = 150;
const COMFORTABLE = 480;

interface Branch {
  readonly item: Item | undefined;
  readonly children: Branch[];
}

/** A tidy tree from top to bottom. Its leftmost place is at x 0, its first row at y 0. */
export function layoutOf(items: readonly Item[]): Layout {
  const root = tree<Branch>().nodeSize([1, 1]).separation(apart)(hierarchy(branchesOf(items)));
  const nodes = root.descendants().filter((node) => node.data.item !== undefined);
  const rows = rowsOf(nodes);
  const columns = Math.max(1, ...rows.map((row) => row.length));
  const column = Math.min(WIDEST, Math.max(NARROWEST, COMFORTABLE / columns));
  const left = nodes.reduce((least, node) => Math.min(least, node.x), Infinity);
  const tops = topsOf(rows);
  const places = new Map<string, Place>();
  rows.forEach((row, index) => {
    row.forEach((node, at) => {
      places.set(keyOf(node), {
        key: keyOf(node),
        x: (node.x - left) * column,
        y: tops[index] ?? 0,
        depth: index,
        parent: node.parent?.data.item?.key,
        children: (node.children ?? []).map(keyOf),
        row: index,
        id: `${index}-${at}`,
      });
    });
  });
  return {
    places,
    rows: rows.map((row) => row.map(keyOf)),
    roots: (rows[0] ?? []).map(keyOf),
    columns,
    column,
    width: Math.max(0, ...[...places.values()].map((place) => place.x)),
    height: tops.at(-1) ?? 0,
  };
}

type Node = HierarchyNode<Branch> & { x: number; y: number };

function keyOf(node: HierarchyNode<Branch>): string {
  return node.data.item?.key ?? '';
}

/** Cousins stand a little further apart than siblings, so that one sees who belongs together. */
function apart(some: HierarchyNode<Branch>, other: HierarchyNode<Branch>): number {
  return some.parent === other.parent ? 1 : 1.25;
}

function branchesOf(items: readonly Item[]): Branch {
  const top: Branch = { item: undefined, children: [] };
  const branches = new Map<string, Branch>();
  for (const item of items) {
    const branch: Branch = { item, children: [] };
    branches.set(item.key, branch);
    const above = item.parent === undefined ? top : (branches.get(item.parent) ?? top);
    above.children.push(branch);
  }
  return top;
}

function rowsOf(nodes: readonly Node[]): readonly (readonly Node[])[] {
  const rows: Node[][] = [];
  for (const node of nodes) {
    const row = rows[node.depth - 1] ?? [];
    row.push(node);
    rows[node.depth - 1] = row;
  }
  for (const row of rows) row.sort((a, b) => a.x - b.x);
  return rows;
}

/** A row that only goes on with the one above is close to it, so that long stretches stay short. */
function topsOf(rows: readonly (readonly Node[])[]): readonly number[] {
  let top = 0;
  return rows.map((row, index) => {
    const forks = row.some((node) => (node.parent?.children?.length ?? 1) > 1);
    if (index > 0) top += forks ? ROW_AFTER_FORK : ROW;
    return top;
  });
}
