import type { ReactNode } from 'react';
import type { Notices } from './notices';

interface Props {
  readonly notices: Notices;
  /** Whether it can be read elsewhere. */
  readonly isSaid: (text: string) => boolean;
}

export function NoticeList({ notices, isSaid }: Props): ReactNode {
  const shown = notices.all.filter(({ text }) => !isSaid(text));
  return (
    <div className="notices" role="alert">
      {shown.map(({ id, text }) => (
        <p key={id} className="notice">
          <span>{text}</span>
          <button type="button" aria-label="Dismiss" onClick={() => notices.dismiss(id)}>
            ×
          </button>
        </p>
      ))}
    </div>
  );
}
