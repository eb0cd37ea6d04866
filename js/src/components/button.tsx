import type { ReactElement, ReactNode } from 'react';
import { Icon, type IconName } from './icons';

export interface IconButtonProps {
  readonly icon: IconName;
  /** What it does: its name for those who hear it, and its tooltip. */
  readonly label: string;
  /** The key that does the same. */
  readonly shortcut?: string;
  readonly pressed?: boolean;
  readonly disabled?: boolean;
  readonly className?: string;
  readonly onPress: () => void;
}

export function IconButton(props: IconButtonProps): ReactElement {
  const { icon, label, shortcut, pressed, disabled = false, className = '', onPress } = props;
  return (
    <button
      type="button"
      className={`ait-icon-button ${className}`}
      aria-label={label}
      title={shortcut ? `${label} (${shortcut})` : label}
      aria-pressed={pressed}
      disabled={disabled}
      onClick={() => onPress()}
    >
      <Icon name={icon} />
    </button>
  );
}

export interface ButtonProps {
  readonly kind?: 'plain' | 'primary' | 'danger';
  readonly disabled?: boolean;
  readonly title?: string;
  readonly onPress: () => void;
  readonly children: ReactNode;
}

export function Button(props: ButtonProps): ReactElement {
  const { kind = 'plain', disabled = false, title, onPress, children } = props;
  return (
    <button
      type="button"
      className={`ait-button ait-button-${kind}`}
      title={title}
      disabled={disabled}
      onClick={() => onPress()}
    >
      {children}
    </button>
  );
}
