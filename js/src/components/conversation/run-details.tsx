import type { ReactNode } from 'react';
import type { ShownRun } from '../../shown/model';
import { durationText, fullTimeText } from '../format';
import { whoIs } from '../names';
import { visibleName } from '../visible';
import { CopyButton } from './copy-button';
import { estimateText, rateText, tookText } from './run-text';
import { Name } from './who';

/** All that is known of a Run. */
export function RunDetails({ run, now }: { run: ShownRun; now: number }) {
  const first = run.firstOutputMs;
  const facts: readonly (readonly [string, ReactNode])[] = [
    ['Started by', <Name key="owner" who={whoIs(run.owner)} />],
    ['Answered by', run.answerer && <Name key="by" who={whoIs(run.answerer, 'assistant')} />],
    ['Asked', timeOf(run.askedAt)],
    ['Started', timeOf(run.startedAt)],
    ['First token', first === undefined ? undefined : `after ${durationText(first)}`],
    ['Ended', timeOf(run.endedAt)],
    ['Took', tookText(run, now)],
    ['Still to go', estimateText(run)],
    ['Said', `${run.characters.toLocaleString('en')} characters`],
    ['Rate', rateText(run)],
    ['Steps', run.steps],
    ['Health', healthOf(run)],
    ['Run', <Id key="id" id={run.runId} />],
  ];
  return (
    <dl className="ait-run-facts">
      {facts.map(([name, fact]) =>
        fact === undefined ? null : (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{fact}</dd>
          </div>
        ),
      )}
    </dl>
  );
}

function Id({ id }: { id: string }) {
  return (
    <>
      <code>{visibleName(id, 120)}</code>
      <CopyButton text={() => id} label="Copy the Run's id" />
    </>
  );
}

function timeOf(at: number | undefined): string | undefined {
  return at === undefined ? undefined : fullTimeText(at);
}

function healthOf({ health }: ShownRun): string | undefined {
  if (!health) return undefined;
  return `${health.verdict}, last heard of ${durationText(health.silentMs)} ago`;
}
