import { useEffect, useRef, useState } from 'react';
import { IconButton } from '../button';
import { copyText } from '../clipboard';

/** Copies a text, and says that it has. */
export function CopyButton({ text, label }: { text: () => string; label: string }) {
  const [outcome, setOutcome] = useState<'copied' | 'failed'>();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const copy = async () => {
    clearTimeout(timer.current);
    setOutcome((await copyText(text())) ? 'copied' : 'failed');
    timer.current = setTimeout(() => setOutcome(undefined), 1600);
  };
  return (
    <>
      <IconButton
        icon={outcome === 'copied' ? 'check' : outcome === 'failed' ? 'warning' : 'copy'}
        label={outcome === 'failed' ? 'The browser does not let this page copy' : label}
        onClick={() => void copy()}
      />
      <span className="ait-unseen" role="status">
        {outcome === 'copied' ? 'Copied' : ''}
      </span>
    </>
  );
}
