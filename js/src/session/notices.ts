/** What a person is told once. */

import type { Notice } from './model';

/** Older ones have been seen, or nobody is there to see them. */
const MOST = 20;

export class Notices {
  #list: readonly Notice[] = [];
  #next = 1;

  get list(): readonly Notice[] {
    return this.#list;
  }

  /** Tells something; what already stands there is not said again. */
  tell(notice: Omit<Notice, 'id'>): void {
    if (this.#list.some(({ text, runId }) => text === notice.text && runId === notice.runId))
      return;
    this.#list = [...this.#list, { ...notice, id: this.#next }].slice(-MOST);
    this.#next += 1;
  }

  dismiss(id: number): void {
    this.#list = this.#list.filter((notice) => notice.id !== id);
  }
}
