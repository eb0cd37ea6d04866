import type { ConsoleState } from '../../session/model';
import type { ShownMessage, ShownRun } from '../../shown/model';
import { clip } from '../format';
import { whoIs } from '../names';
import { visibleName } from '../visible';

/** What has been told already: the open Runs as they stood, and the newest message. */
export interface Told {
  readonly open: ReadonlyMap<string, ShownRun['status']>;
  readonly lastId: string | undefined;
}

const EXCERPT = 140;

/** What somebody who cannot see the screen should hear since `told`: events, and not each word. */
export function newsIn(
  state: ConsoleState,
  told: Told | undefined,
): { readonly told: Told; readonly news: string } {
  const open = new Map(
    state.openRuns.filter((run) => run.isOnPath).map((run) => [run.runId, run.status]),
  );
  const last = state.messages.at(-1);
  const next: Told = { open, lastId: last?.id };
  if (!told || state.history.phase !== 'ready') return { told: next, news: '' };
  const news: string[] = [];
  if (last && last.id !== told.lastId && isHeard(last, state)) news.push(quote(last));
  for (const [runId, status] of open) {
    if (told.open.get(runId) !== status) news.push(beginning(state.runs.get(runId), status));
  }
  for (const runId of told.open.keys()) {
    if (!open.has(runId)) news.push(ending(state.runs.get(runId)));
  }
  return { told: next, news: news.filter(Boolean).join(' ') };
}

/** An answer is told of by its Run, and what one has said oneself not at all. */
function isHeard(message: ShownMessage, state: ConsoleState): boolean {
  return message.role !== 'assistant' && message.author.clientId !== state.self.clientId;
}

function quote(message: ShownMessage): string {
  return `${whoIs(message.author, message.role).name} says: ${visibleName(clip(message.text, EXCERPT), EXCERPT)}`;
}

function beginning(run: ShownRun | undefined, status: ShownRun['status']): string {
  const who = answererOf(run);
  return status === 'suspended' ? `${who} waits for a person.` : `${who} is answering.`;
}

function ending(run: ShownRun | undefined): string {
  const who = answererOf(run);
  if (run?.status === 'complete') return `${who} has finished.`;
  if (run?.status === 'cancelled') return `${who} was stopped.`;
  if (run?.status === 'error') return `${who} has failed.`;
  return '';
}

function answererOf(run: ShownRun | undefined): string {
  return run?.answerer?.clientId ? whoIs(run.answerer).name : 'The agent';
}
