import type { Author, ShownMessage, ShownRun } from '../../shown/model';

/** Whose open Runs may be stopped at once, and how many each has. */
export interface Stoppable {
  readonly mine: number;
  readonly all: number;
  readonly clients: readonly { readonly clientId: string; readonly count: number }[];
}

export function stoppableOf(openRuns: readonly ShownRun[], self: Author): Stoppable {
  const counts = new Map<string, number>();
  for (const { owner } of openRuns) {
    counts.set(owner.clientId, (counts.get(owner.clientId) ?? 0) + 1);
  }
  return {
    mine: self.clientId === '' ? 0 : (counts.get(self.clientId) ?? 0),
    all: openRuns.length,
    clients: [...counts]
      .filter(([clientId]) => clientId !== '' && clientId !== self.clientId)
      .map(([clientId, count]) => ({ clientId, count })),
  };
}

/** What somebody has asked for on the branch on view that no agent has begun, by the inputs' ids. */
export function waitingOf(messages: readonly ShownMessage[], self: Author): readonly string[] {
  if (self.clientId === '') return [];
  return messages.flatMap(({ wish }) =>
    wish && !wish.withdrawnBy && wish.by.clientId === self.clientId ? [wish.inputId] : [],
  );
}
