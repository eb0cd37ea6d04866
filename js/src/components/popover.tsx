import {
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react';
import { useLeaving } from './hooks';

export interface PopoverProps {
  readonly label: string;
  readonly title?: string;
  readonly buttonClass: string;
  readonly button: ReactNode;
  readonly children: (close: () => void) => ReactNode;
}

/** A button, and what it opens below itself. Escape and a press elsewhere close it. */
export function Popover(props: PopoverProps): ReactElement {
  const { label, title, buttonClass, button, children } = props;
  const [isOpen, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const id = useId();
  useLeaving(root, isOpen, () => setOpen(false));
  useEffect(() => {
    if (isOpen) panel.current?.focus();
  }, [isOpen]);
  const close = (): void => {
    setOpen(false);
    opener.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || !isOpen) return;
    event.stopPropagation();
    close();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only hears Escape from what is in it.
    <div className="ait-popover" ref={root} onKeyDown={onKeyDown}>
      <button
        type="button"
        ref={opener}
        className={buttonClass}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        title={title ?? label}
        onClick={() => setOpen(!isOpen)}
      >
        <span className="ait-unseen">{label}</span>
        <span className="ait-popover-face" aria-hidden="true">
          {button}
        </span>
      </button>
      {isOpen && (
        <div
          id={id}
          className="ait-popover-panel"
          role="dialog"
          aria-label={label}
          tabIndex={-1}
          ref={panel}
        >
          {children(close)}
        </div>
      )}
    </div>
  );
}
