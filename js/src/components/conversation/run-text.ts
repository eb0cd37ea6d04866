import type { ShownRun } from '../../shown/model';
import { counted, durationText, runningText } from '../format';
import { whoIs } from '../names';
import { visibleName } from '../visible';

/** Nobody notices a wait that is shorter. */
const AT_ONCE_MS = 100;

export type RunTone = 'busy' | 'wait' | 'warn' | 'bad' | 'ok' | 'quiet';

export interface RunShown {
  readonly tone: RunTone;
  readonly status: string;
}

/** How a Run stood that was not over when there was word of it. */
export const UNHEARD: RunShown = { tone: 'quiet', status: 'Was answering when last heard' };

/** How a Run stands, in a few words. */
export function runShown(run: ShownRun, waitsFor?: string): RunShown {
  switch (run.status) {
    case 'complete':
      return { tone: 'ok', status: 'Complete' };
    case 'cancelled':
      return { tone: 'quiet', status: cancelledText(run) };
    case 'error':
      return { tone: 'bad', status: errorText(run) };
    case 'suspended': {
      const what = waitsFor ? visibleName(waitsFor, 120) : 'a person';
      return { tone: 'wait', status: `Suspended: waits for ${what}` };
    }
    case 'active':
      return activeShown(run);
  }
}

function activeShown(run: ShownRun): RunShown {
  const { health } = run;
  if (health?.verdict === 'crashed') {
    return { tone: 'bad', status: `Crashed: silent for ${runningText(health.silentMs)}` };
  }
  if (health?.verdict === 'stalled') {
    return { tone: 'warn', status: `Stalled: silent for ${runningText(health.silentMs)}` };
  }
  return {
    tone: 'busy',
    status: run.firstOutputAt === undefined ? 'Waiting for the first token' : 'Answering',
  };
}

function cancelledText({ cancel }: ShownRun): string {
  const isWhy = cancel && cancel.outcome !== 'refused';
  return isWhy ? `Cancelled, as ${whoIs(cancel.by).name} asked` : 'Cancelled';
}

function errorText({ error }: ShownRun): string {
  if (!error) return 'Failed';
  return `Failed with ${error.code}: ${visibleName(error.message, 400)}`;
}

/** What became of the wish that it end. */
export function cancelText(run: ShownRun): string | undefined {
  const { cancel, status } = run;
  if (!cancel) return undefined;
  const by = whoIs(cancel.by).name;
  if (isGone(run)) return `${by} asked it to stop, and its agent is not there to hear it`;
  if (cancel.outcome === 'refused') return `The agent refuses to stop (asked by ${by})`;
  // Nobody is at it as long as it waits.
  if (cancel.outcome === 'ignored' && status === 'suspended')
    return `${by} asked it to stop: it ends once its agent is there to hear it`;
  if (cancel.outcome === 'ignored') return `The agent ignores that ${by} asked it to stop`;
  return status === 'active' || status === 'suspended' ? `Stopping, as ${by} asked` : undefined;
}

export function estimateText({ estimate }: ShownRun): string | undefined {
  if (!estimate) return undefined;
  const from = `estimate from ${counted(estimate.fromRuns, 'run')}`;
  return `about ${runningText(Math.max(1000, estimate.ms))} left (${from})`;
}

export function rateText({ rate }: ShownRun): string | undefined {
  return rate === undefined ? undefined : `${Math.round(rate).toLocaleString('en')} chars/s`;
}

/** How long it took, or has taken until now. */
export function tookText(run: ShownRun, now: number): string | undefined {
  if (run.startedAt === undefined) return undefined;
  if (run.endedAt !== undefined) return durationText(run.endedAt - run.startedAt);
  return run.status === 'active' ? runningText(now - run.startedAt) : undefined;
}

function isGone({ status, health }: ShownRun): boolean {
  return status === 'active' && health?.verdict === 'crashed';
}

function firstText(ms: number): string {
  return ms < AT_ONCE_MS ? 'first token at once' : `first token after ${durationText(ms)}`;
}

/** The figures on the line, the most telling first. */
export function figuresOf(run: ShownRun, now: number): readonly string[] {
  const first = run.firstOutputMs;
  // How long it has been silent is said before these, and nobody knows how long it will be.
  const isSilent = run.status === 'active' && (run.health?.verdict ?? 'working') !== 'working';
  return [
    isSilent ? undefined : tookText(run, now),
    isSilent ? undefined : estimateText(run),
    first === undefined ? undefined : firstText(first),
    rateText(run),
  ].filter((figure) => figure !== undefined);
}
