import { type ComponentProps, type ReactNode, useEffect, useRef, useState } from 'react';
import type { Permit } from '../../session/model';
import { permitted } from './acting';
import { Icon, type IconName } from './icons';

type ButtonProps = Omit<ComponentProps<'button'>, 'type' | 'className' | 'title'> & {
  readonly tone?: 'plain' | 'primary' | 'bad';
  readonly children: ReactNode;
  /** Where it may not be allowed. */
  readonly permit?: Permit | undefined;
};

/** A button with words. One that is not allowed says why, and does nothing. */
export function Button(props: ButtonProps) {
  const { tone = 'plain', permit, disabled, onClick, children, ...rest } = props;
  return (
    <button
      {...rest}
      // One that has the focus must not lose it, as a button does that is disabled.
      aria-disabled={disabled || undefined}
      {...(permit ? permitted(permit) : {})}
      type="button"
      className={`ait-push ait-push-${tone}`}
      onClick={disabled || permit?.allowed === false ? undefined : onClick}
    >
      {children}
      {permit?.allowed === false ? (
        <span className="ait-unseen"> (not possible: {permit.why})</span>
      ) : null}
    </button>
  );
}

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'type' | 'className' | 'title'> {
  readonly icon: IconName;
  readonly label: string;
  readonly permit?: Permit | undefined;
}

/** A button with a picture, and its words for whoever cannot see it. */
export function IconButton({ icon, label, permit, onClick, ...rest }: IconButtonProps) {
  return (
    <button
      {...rest}
      {...permitted(permit ?? { allowed: true }, label)}
      data-control={label}
      type="button"
      className="ait-tap"
      onClick={permit?.allowed === false ? undefined : onClick}
    >
      <Icon name={icon} />
    </button>
  );
}

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
        icon={outcome === 'copied' ? 'done' : outcome === 'failed' ? 'warn' : 'copy'}
        label={outcome === 'failed' ? 'The browser does not let this page copy' : label}
        onClick={() => void copy()}
      />
      <span className="ait-unseen" role="status">
        {outcome === 'copied' ? 'Copied' : ''}
      </span>
    </>
  );
}

async function copyText(text: string): Promise<boolean> {
  try {
    // There is none on a page without TLS.
    if (!navigator.clipboard) return false;
    await navigator.clipboard.writeText(text);
    return true;
  } catch (error) {
    if (error instanceof DOMException) return false;
    throw error;
  }
}
