import type { ConsoleActions, Permit, Permits } from '../../session/model';
import type { ShownRun } from '../../shown/model';

export type Mode = 'send' | 'steer' | 'resume' | 'redirect';

/** One thing that the words in the composer may be. */
export interface Choice {
  readonly mode: Mode;
  readonly label: string;
  /** What will happen, in the words of the empty field. */
  readonly placeholder: string;
  readonly permit: Permit;
}

/** What words are meant to be: they go to the Run that they were written for, or nowhere. */
export interface Aim {
  readonly mode: Mode;
  readonly runId: string | undefined;
  /** The person has chosen it; else it is what was usual when they began to write. */
  readonly isChosen: boolean;
}

/** Whether words can still be what they were meant to be. */
export function holds(aim: Aim, choices: readonly Choice[], run: ShownRun | undefined): boolean {
  // Something new needs no Run.
  if (aim.mode === 'send') return true;
  return aim.runId === run?.runId && choices.some(({ mode }) => mode === aim.mode);
}

/** The newest open Run on the path, which is the one that the composer speaks to. */
export function runInSight(openRuns: readonly ShownRun[]): ShownRun | undefined {
  return openRuns.findLast((run) => run.isOnPath);
}

export function choicesOf(run: ShownRun | undefined, permits: Permits): readonly Choice[] {
  const send: Choice = {
    mode: 'send',
    label: 'New message',
    placeholder: run ? 'Say something new beside it' : 'Say something to the agent',
    permit: permits.send,
  };
  if (!run) return [send];
  const redirect: Choice = {
    mode: 'redirect',
    label: 'Redirect',
    placeholder: 'Stop this reply, say what instead',
    permit: permits.redirect,
  };
  const goesOn: Choice =
    run.status === 'suspended'
      ? {
          mode: 'resume',
          label: 'Resume',
          placeholder: 'A word for it to go on with',
          permit: permits.resume,
        }
      : {
          mode: 'steer',
          label: 'Steer',
          placeholder: 'Say something to this reply',
          permit: permits.steer,
        };
  return [goesOn, redirect, send];
}

/** The choice that was made, where there still is one like it; else the first that is of use. */
export function chosenOf(
  choices: readonly Choice[],
  chosen: Mode | undefined,
  run?: ShownRun,
): Choice | undefined {
  // Whose agent is gone hears nothing; another one may answer what is new.
  const preferred = chosen ?? (run?.health?.verdict === 'crashed' ? 'send' : undefined);
  return (
    choices.find((choice) => choice.mode === preferred) ??
    choices.find((choice) => choice.permit.allowed) ??
    choices[0]
  );
}

export function act(
  mode: Mode,
  run: ShownRun | undefined,
  text: string,
  actions: ConsoleActions,
): Promise<void> {
  if (!run || mode === 'send') return actions.send(text);
  if (mode === 'steer') return actions.steer(run.runId, text);
  if (mode === 'resume') return actions.resume(run.runId, text);
  return actions.redirect(run.runId, text);
}
