import { type KeyboardEvent, type PointerEvent, type ReactElement, useRef } from 'react';
import { within } from './layout';

const STEP = 16;
const STRIDE = 64;

export interface SplitterProps {
  readonly label: string;
  /** The way the handle itself lies: an upright one changes a width. */
  readonly orientation: 'vertical' | 'horizontal';
  readonly value: number;
  readonly least: number;
  readonly most: number;
  /** Whether the thing grows when the handle is moved left or up. */
  readonly isReversed?: boolean;
  readonly onChange: (value: number) => void;
  readonly onReset: () => void;
}

/** A handle that changes a size: by mouse, by finger, by the arrow keys. */
export function Splitter(props: SplitterProps): ReactElement {
  const { label, orientation, value, least, most, isReversed = false, onChange, onReset } = props;
  const grip = useRef<{ readonly at: number; readonly value: number } | undefined>(undefined);
  const along = (event: PointerEvent): number =>
    (orientation === 'vertical' ? event.clientX : event.clientY) * (isReversed ? -1 : 1);
  const set = (to: number): void => onChange(Math.round(within(to, least, most)));
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = event.shiftKey ? STRIDE : STEP;
    const [less, more] =
      orientation === 'vertical' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
    const grows = isReversed ? less : more;
    if (event.key === less || event.key === more) set(value + (event.key === grows ? by : -by));
    else if (event.key === 'Home') set(least);
    else if (event.key === 'End') set(most);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule has no handle.
    <div
      className={`ait-splitter ait-splitter-${orientation}`}
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation={orientation}
      aria-valuenow={Math.round(value)}
      aria-valuemin={least}
      aria-valuemax={most}
      title={`${label}: drag, or use the arrow keys. Double-click for the size it began with.`}
      onKeyDown={onKeyDown}
      onDoubleClick={onReset}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        grip.current = { at: along(event), value };
      }}
      onPointerMove={(event) => {
        if (grip.current) set(grip.current.value + along(event) - grip.current.at);
      }}
      onLostPointerCapture={() => {
        grip.current = undefined;
      }}
    />
  );
}
