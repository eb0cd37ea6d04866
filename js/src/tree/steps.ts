/** The steps of a Run. One that is tried again counts by its latest attempt alone. */

import { type Headers, STEP_ID, STEP_START_SERIAL } from '../wire/names';

/** A step as a reader sees it: how its latest attempt stands. */
export interface StepInfo {
  readonly stepId: string;
  readonly status: string;
  readonly attemptCount: number;
  readonly clientId: string | undefined;
}

class Step {
  /** How each attempt has ended, undefined if it has not, by the serial of its start. */
  readonly attempts = new Map<string, string | undefined>();
  latest: string | undefined;
  clientId: string | undefined;

  get status(): string {
    return this.attempts.get(this.latest ?? '') ?? 'active';
  }
}

/** Which attempt of each step is the one that counts. */
export class Steps {
  readonly #steps = new Map<string, Step>();
  /** Steps with outputs of which no start was there before them. */
  readonly #early = new Set<string>();

  /** Notes an output: of an attempt whose start is gone, or was not heard. */
  noteOutput(headers: Headers): void {
    const stepId = headers[STEP_ID];
    if (stepId && this.#steps.get(stepId)?.latest === undefined) this.#early.add(stepId);
  }

  /** Notes an attempt; true if what was said before may no longer count. */
  start(stepId: string, serial: string, clientId: string): boolean {
    const step = this.#step(stepId);
    if (!step.attempts.has(serial)) step.attempts.set(serial, undefined);
    if (step.latest !== undefined && serial <= step.latest) return false;
    const isAgain = step.latest !== undefined || this.#early.has(stepId);
    step.latest = serial;
    step.clientId = clientId;
    return isAgain;
  }

  end(stepId: string, serial: string, reason: string): void {
    this.#step(stepId).attempts.set(serial, reason);
  }

  /** Tells whether an output with these headers is of an attempt that counts. */
  counts(headers: Headers): boolean {
    const latest = this.#steps.get(headers[STEP_ID] ?? '')?.latest;
    const attempt = headers[STEP_START_SERIAL];
    return latest === undefined || attempt === undefined || attempt === latest;
  }

  infos(): readonly StepInfo[] {
    return Array.from(this.#steps, ([stepId, step]) => ({
      stepId,
      status: step.status,
      attemptCount: step.attempts.size,
      clientId: step.clientId,
    }));
  }

  #step(stepId: string): Step {
    let step = this.#steps.get(stepId);
    if (!step) {
      step = new Step();
      this.#steps.set(stepId, step);
    }
    return step;
  }
}
