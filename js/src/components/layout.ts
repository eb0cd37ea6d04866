/** What fits into the console at a width. */

export type Panes = 'side by side' | 'tabs';
export type Pane = 'conversation' | 'branches';

export const NARROW = 640;
export const DEFAULT_HEIGHT = 560;
export const LEAST_HEIGHT = 320;

const LEAST_TREE = 180;
const LEAST_CONVERSATION = 360;

/** Below some width the two panes take turns. Before it is measured, they stand side by side. */
export function panesAt(width: number | undefined): Panes {
  return width !== undefined && width < NARROW ? 'tabs' : 'side by side';
}

/** The widths that the branch tree may have beside a conversation that can still be read. */
export function treeWidths(width: number): { readonly least: number; readonly most: number } {
  return { least: LEAST_TREE, most: Math.max(LEAST_TREE, width - LEAST_CONVERSATION) };
}

export function within(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), Math.max(least, most));
}
