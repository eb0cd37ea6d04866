import type { ToolPart } from '../../../shown/model';
import { clip } from '../format';
import { type Change, changesBetween } from '../json-change';
import { jsonLine } from '../json-text';
import { visibleName, visibleText } from '../names';

/** What a person has decided about a call, and what they changed. */
export function Decision({ part }: { part: ToolPart }) {
  const { approval } = part;
  if (approval?.isApproved === undefined) return null;
  const changes =
    approval.arguments === undefined ? [] : changesBetween(part.input, approval.arguments);
  return (
    <div className="ait-decision" data-tone={approval.isApproved ? 'ok' : 'bad'}>
      <p>
        <strong>{wordFor(approval.isApproved, changes.length > 0)}</strong>
        {approval.reason ? (
          <>
            {': '}
            <bdi>“{visibleText(clip(approval.reason, 4000))}”</bdi>
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

function wordFor(isApproved: boolean, isChanged: boolean): string {
  if (!isApproved) return 'Denied';
  return isChanged ? 'Approved with changed arguments' : 'Approved';
}
