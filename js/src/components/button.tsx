import type { ComponentProps, ReactElement, ReactNode } from 'react';
import type { Permit } from '../session/model';
import { Icon, type IconName } from './icons';

type Attributes = Omit<ComponentProps<'button'>, 'type' | 'className' | 'title' | 'aria-label'>;

export interface ButtonProps extends Attributes {
  readonly tone?: 'plain' | 'primary' | 'bad';
  readonly children: ReactNode;
  /** Where it may not be allowed. */
  readonly permit?: Permit;
}

/** A button with words. One that is not allowed says why, and does nothing. */
export function Button(props: ButtonProps): ReactElement {
  const { tone = 'plain', permit = ALLOWED, disabled, onClick, children, ...rest } = props;
  return (
    <button
      {...rest}
      type="button"
      className={`ait-button ait-button-${tone}`}
      title={permit.allowed ? undefined : permit.why}
      // One that has the focus must not lose it, as a button does that is disabled.
      aria-disabled={disabled || !permit.allowed || undefined}
      onClick={disabled || !permit.allowed ? undefined : onClick}
    >
      {children}
      {permit.allowed ? null : <span className="ait-unseen">{whyNot(permit.why)}</span>}
    </button>
  );
}

export interface IconButtonProps extends Omit<Attributes, 'disabled'> {
  readonly icon: IconName;
  /** What it does: its name for those who hear it, and its tooltip. */
  readonly label: string;
  /** The key that does the same. */
  readonly shortcut?: string;
  readonly className?: string;
  readonly permit?: Permit;
}

/** A button with a picture, and its words for whoever cannot see it. */
export function IconButton(props: IconButtonProps): ReactElement {
  const { icon, label, shortcut, className = '', permit = ALLOWED, onClick, ...rest } = props;
  const tooltip = shortcut ? `${label} (${shortcut})` : label;
  return (
    <button
      {...rest}
      type="button"
      className={`ait-icon-button ${className}`}
      title={permit.allowed ? tooltip : permit.why}
      aria-label={permit.allowed ? label : label + whyNot(permit.why)}
      aria-disabled={!permit.allowed || undefined}
      data-control={label}
      onClick={permit.allowed ? onClick : undefined}
    >
      <Icon name={icon} />
    </button>
  );
}

const ALLOWED: Permit = { allowed: true };

function whyNot(why: string): string {
  return ` (not possible: ${why})`;
}
