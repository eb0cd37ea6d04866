/** What becomes of Runs while one looks: who waits for an end, and who is told of what. */

import type { Turn } from '../shown/ledger';
import type { ShownRun } from '../shown/model';
import type { RunEvent } from '../tree/events';
import type { Notices } from './notices';

const IGNORED = {
  text: 'The agent does not answer the cancel.',
  hint: 'It may be gone, or not know how to stop.',
};
// Nobody is at a Run that waits.
const UNHEARD = {
  text: 'No agent has heard the cancel.',
  hint: 'Start the agent. If it is woken over HTTP, the kernel does that: see that it runs, and stop the Run again.',
};

/** Tells a person of the Runs that need it, once each. */
export class Watching {
  readonly #notices: Notices;
  /** The Runs whose end one has asked for, as long as nothing has come of it. */
  readonly #cancelled = new Set<string>();
  readonly #settling = new Map<string, Set<() => void>>();

  constructor(notices: Notices) {
    this.#notices = notices;
  }

  /** Resolves once the Run has ended or waits, or its agent goes on with it, or in the end. */
  settled(runId: string, patienceMs: number): Promise<void> {
    return new Promise((resolve) => {
      const waiting = this.#settling.get(runId) ?? new Set();
      this.#settling.set(runId, waiting);
      const done = () => {
        clearTimeout(timer);
        waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, patienceMs);
      waiting.add(done);
    });
  }

  /** Notes how a Run goes on. */
  turned({ type, runId, error }: RunEvent): void {
    if (type !== 'end' && type !== 'suspend') return;
    this.#cancelled.delete(runId);
    this.#settle(runId);
    if (!error) return;
    const text = `A Run ended in an error (${error.code}): ${error.message}`;
    this.#notices.tell({ tone: 'error', text, runId });
  }

  /** Notes that somebody wants a Run to end, or that its agent does not. */
  asked({ kind, runId, said }: Turn, self: string): void {
    if (kind === 'cancel') {
      if (said.author.clientId === self) this.#cancelled.add(runId);
      return;
    }
    this.#settle(runId);
    if (!this.#cancelled.delete(runId)) return;
    this.#notices.tell({
      tone: 'warning',
      text: 'The agent refused the cancel and goes on.',
      hint: 'Ask its owner, or say what it is to do instead.',
      runId,
    });
  }

  /** Tells of the cancels that nobody has heeded. */
  look(runs: ReadonlyMap<string, ShownRun>): void {
    for (const runId of this.#cancelled) {
      const run = runs.get(runId);
      if (run?.cancel?.outcome !== 'ignored') continue;
      this.#cancelled.delete(runId);
      const { text, hint } = run.status === 'suspended' ? UNHEARD : IGNORED;
      this.#notices.tell({ tone: 'warning', text, hint, runId });
    }
  }

  close(): void {
    for (const runId of [...this.#settling.keys()]) this.#settle(runId);
  }

  #settle(runId: string): void {
    for (const done of [...(this.#settling.get(runId) ?? [])]) done();
    this.#settling.delete(runId);
  }
}
