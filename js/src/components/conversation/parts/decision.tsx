import type { CallAnswer, ToolPart } from '../../../shown/model';
import { clip } from '../../format';
import { whoIs } from '../../names';
import { visibleName, visibleText } from '../../visible';
import { type Change, changesBetween } from '../json-change';
import { jsonLine } from '../json-text';
import { Name, Time } from '../who';

type Told = Omit<CallAnswer, 'by'> & Partial<Pick<CallAnswer, 'by'>>;

/** What people said to a call: who, when, why, and what they changed. */
export function Decision({ part }: { part: ToolPart }) {
  return toldOf(part).map((told, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: what was said once stays where it is
    <Answered key={at} told={told} input={part.input} />
  ));
}

/** Where nobody said anything, the agent may have decided by itself. */
function toldOf({ answers, approval }: ToolPart): readonly Told[] {
  if (answers) return answers;
  if (approval?.isApproved === undefined) return [];
  const { isApproved, ...why } = approval;
  return [{ kind: isApproved ? 'approved' : 'denied', ...why }];
}

function Answered({ told, input }: { readonly told: Told; readonly input: unknown }) {
  const { kind, by, at, reason, isCounted } = told;
  const changes = told.arguments === undefined ? [] : changesBetween(input, told.arguments);
  return (
    <div
      className="ait-decision"
      data-tone={isCounted === false ? undefined : TONES[kind]}
      data-counted={isCounted}
    >
      <p>
        <strong>{wordFor(kind, changes.length > 0)}</strong>
        {by ? (
          <>
            {' by '}
            <Name who={whoIs(by)} />{' '}
          </>
        ) : null}
        {at === undefined ? null : <Time at={at} />}
        {isCounted === undefined ? null : (
          <span className="ait-tag" title={isCounted ? COUNTED : NOT_COUNTED}>
            {isCounted ? 'counted' : 'not counted'}
          </span>
        )}
        {reason ? (
          <>
            {': '}
            <bdi>“{visibleText(clip(reason, 4000))}”</bdi>
          </>
        ) : null}
      </p>
      {changes.length > 0 ? <Changes changes={changes} /> : null}
    </div>
  );
}

/** The places that differ, each as it was and as it is. */
export function Changes({ changes }: { changes: readonly Change[] }) {
  return (
    <dl className="ait-changes" aria-label="Changed arguments">
      {changes.map(({ path, before, after }) => (
        <div key={path}>
          <dt>
            <bdi>{visibleName(path, 120) || 'all of it'}</bdi>
          </dt>
          <dd>
            {before ? <del>{jsonLine(before.value, 300)}</del> : null}{' '}
            {after ? <ins>{jsonLine(after.value, 300)}</ins> : null}
          </dd>
        </div>
      ))}
    </dl>
  );
}

const COUNTED = 'The agent went on with this one';
const NOT_COUNTED = 'The agent went on with another one';
const TONES = { approved: 'ok', denied: 'bad', result: 'ok', error: 'bad' } as const;
const WORDS = {
  approved: 'Approved',
  denied: 'Denied',
  result: 'Answered',
  error: 'Said to have failed',
} as const;

function wordFor(kind: CallAnswer['kind'], isChanged: boolean): string {
  return kind === 'approved' && isChanged ? 'Approved with changed arguments' : WORDS[kind];
}
