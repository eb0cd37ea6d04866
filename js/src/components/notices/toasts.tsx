import { memo, type ReactElement, useEffect, useState } from 'react';
import type { Notice } from '../../session/model';
import { IconButton } from '../button';
import { useLatest } from '../hooks';
import { Icon, type IconName } from '../icons';
import { visibleName } from '../visible';

const STAYS_MS = 7_000;
const SHOWN = 4;

const ICONS: Readonly<Record<Notice['tone'], IconName>> = {
  info: 'info',
  success: 'check',
  warning: 'warning',
  error: 'warning',
};

/** What went wrong is told in full elsewhere. */
const LONGEST = 300;

export interface ToastsProps {
  readonly notices: readonly Notice[];
  readonly onDismiss: (id: number) => void;
  readonly onReveal: (runId: string) => void;
}

/** What the person is told once. Errors stay until they are dismissed. */
export const Toasts = memo(function Toasts(props: ToastsProps): ReactElement {
  return (
    <div className="ait-toasts" role="log" aria-label="Notices" aria-live="polite">
      {props.notices.slice(-SHOWN).map((notice) => (
        <Toast key={notice.id} notice={notice} {...props} />
      ))}
    </div>
  );
});

function Toast(props: ToastsProps & { readonly notice: Notice }): ReactElement {
  const { notice, onDismiss, onReveal } = props;
  const { id, tone, text, hint, runId } = notice;
  const [isHeld, setHeld] = useState(false);
  const dismiss = useLatest(onDismiss);
  useEffect(() => {
    if (tone === 'error' || isHeld) return;
    const timer = setTimeout(() => dismiss.current(id), STAYS_MS);
    return () => clearTimeout(timer);
  }, [dismiss, id, tone, isHeld]);
  return (
    <div
      className="ait-toast"
      data-tone={tone}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
    >
      <Icon name={ICONS[tone]} />
      <p>
        <bdi>{visibleName(text, LONGEST)}</bdi>
        {hint && <span className="ait-quiet"> {hint}</span>}
        {runId !== undefined && (
          <button type="button" className="ait-textlink" onClick={() => onReveal(runId)}>
            Show
          </button>
        )}
      </p>
      <IconButton icon="close" label="Dismiss" onClick={() => onDismiss(id)} />
    </div>
  );
}
