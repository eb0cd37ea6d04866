import { useState } from 'react';
import type { ConsoleActions, Permits, Problem } from '../../session/model';
import type { ShownRun } from '../../shown/model';
import type { Memory } from '../memory';
import { useDoing } from '../use-doing';
import {
  type Aim,
  act,
  type Choice,
  choicesOf,
  chosenOf,
  holds,
  type Mode,
  runInSight,
} from './modes';

export interface Composing {
  readonly run: ShownRun | undefined;
  readonly choices: readonly Choice[];
  readonly choice: Choice | undefined;
  readonly text: string;
  readonly isSending: boolean;
  readonly problem: Problem | undefined;
  readonly canSend: boolean;
  /** The Run that the words are for has ended, or is out of sight: they wait for another choice. */
  readonly isAdrift: boolean;
  choose(mode: Mode): void;
  write(text: string): void;
  submit(): void;
  forgive(): void;
}

export interface ComposerInput {
  readonly openRuns: readonly ShownRun[];
  readonly permits: Permits;
  readonly actions: ConsoleActions;
  readonly memory: Memory;
  readonly onSaid: () => void;
}

/** The words that are being written, what they will be, and their way to the channel. */
export function useComposer(input: ComposerInput): Composing {
  const { openRuns, permits, actions, memory, onSaid } = input;
  const [text, setText] = useState(memory.draft);
  const [aim, setAim] = useState(memory.aim);
  const { isPending: isSending, problem, run: attempt, forget: forgive } = useDoing();
  const run = runInSight(openRuns);
  const choices = choicesOf(run, permits);
  const isAimed = aim !== undefined && holds(aim, choices, run);
  const isAdrift = aim !== undefined && !isAimed && text.trim() !== '';
  const choice = isAdrift ? undefined : chosenOf(choices, isAimed ? aim.mode : undefined, run);
  const canSend = !isSending && text.trim() !== '' && (choice?.permit.allowed ?? false);
  const meant = (next: Aim | undefined): void => {
    memory.aim = next;
    setAim(next);
  };
  const write = (words: string): void => {
    memory.draft = words;
    setText(words);
    const isBlank = words.trim() === '';
    if (isBlank && !aim?.isChosen) meant(undefined);
    else if (!isBlank && !isAimed && !isAdrift && choice) {
      meant({ mode: choice.mode, runId: run?.runId, isChosen: false });
    }
  };
  const submit = async (mode: Mode): Promise<void> => {
    if (!(await attempt(() => act(mode, run, text.trim(), actions)))) return;
    write('');
    meant(undefined);
    onSaid();
  };
  return {
    run,
    choices,
    choice,
    text,
    isSending,
    problem,
    canSend,
    isAdrift,
    choose: (mode) => meant({ mode, runId: run?.runId, isChosen: true }),
    write: (words) => {
      write(words);
      if (words !== '') actions.typing();
    },
    submit: () => {
      if (canSend && choice) void submit(choice.mode);
    },
    forgive,
  };
}
