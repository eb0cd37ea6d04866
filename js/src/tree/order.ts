/** Lists kept in order. */

import { compare } from '../wire/record';

/** Puts an item where it belongs in a sorted list, behind those that are equal. */
export function insertSorted<Item>(
  list: Item[],
  item: Item,
  order: (one: Item, other: Item) => number,
): void {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (order(item, list[middle] as Item) < 0) high = middle;
    else low = middle + 1;
  }
  list.splice(low, 0, item);
}

export function bySerial(one: { serial: string }, other: { serial: string }): number {
  return compare(one.serial, other.serial);
}
