import type { Row } from './rows';

/** What has the focus among the rows, before something changes. */
export interface Held {
  readonly element: Element;
  /** Undefined for what stands before the rows. */
  readonly key: string | undefined;
  /** What the control does that has it; undefined for the row itself. */
  readonly control: string | undefined;
}

export function heldIn(scroller: HTMLElement | null): Held | undefined {
  const element = scroller?.ownerDocument.activeElement;
  if (!element || !scroller.contains(element)) return undefined;
  const row = element.closest<HTMLElement>('[data-row]');
  const { control } = (element as HTMLElement).dataset;
  return { element, key: row?.dataset.row, control };
}

/** Whether what had the focus has gone with the change, and nothing has it instead. */
export function isLost({ element }: Held): boolean {
  const { activeElement, body } = element.ownerDocument;
  return !element.isConnected && (activeElement === null || activeElement === body);
}

/** The row that stands where a row was: another version of a message, or the last one. */
export function heirOf(key: string, before: readonly Row[], rows: readonly Row[]): Row | undefined {
  const same = rows.find((row) => row.key === key);
  if (same) return same;
  const at = before.findIndex((row) => row.key === key);
  return at < 0 ? undefined : rows[Math.min(at, rows.length - 1)];
}
