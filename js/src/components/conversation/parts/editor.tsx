import {
  type ComponentProps,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useId,
  useRef,
} from 'react';

type EditorProps = Omit<ComponentProps<'textarea'>, 'onChange' | 'value' | 'children'> & {
  readonly label: string;
  readonly value: string;
  readonly onText: (text: string) => void;
  /** Ctrl+Enter, or Enter where a text is one line. */
  readonly onSubmit: () => void;
  readonly onCancel?: (() => void) | undefined;
  readonly isOneLine?: boolean;
  readonly wrong?: string | undefined;
  /** The buttons under it. */
  readonly children: ReactNode;
};

/** A field for a few words or lines, with the keys that all of them share: it has the focus at once. */
export function Editor(props: EditorProps) {
  const { label, value, onText, onSubmit, onCancel, isOneLine, wrong, children, ...rest } = props;
  const field = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  useEffect(() => {
    const element = field.current;
    element?.focus({ preventScroll: true });
    element?.parentElement?.scrollIntoView({ block: 'nearest' });
    element?.setSelectionRange(element.value.length, element.value.length);
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    const isSubmit = event.key === 'Enter' && (event.ctrlKey || event.metaKey || isOneLine);
    // The Enter that takes a word from an input method sends nothing.
    if (event.nativeEvent.isComposing || (isSubmit && event.shiftKey)) return;
    if (isSubmit) onSubmit();
    else if (event.key === 'Escape' && onCancel) onCancel();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="ait-editor">
      <label htmlFor={id}>{label}</label>
      <textarea
        {...rest}
        id={id}
        ref={field}
        dir="auto"
        rows={rest.rows ?? (isOneLine ? 1 : 3)}
        value={value}
        aria-invalid={wrong !== undefined}
        aria-describedby={wrong === undefined ? undefined : `${id}-wrong`}
        onChange={(event) => onText(event.target.value)}
        onKeyDown={onKeyDown}
      />
      {wrong === undefined ? null : (
        <p className="ait-problem" id={`${id}-wrong`} role="alert">
          {wrong}
        </p>
      )}
      <div className="ait-row-of-buttons">{children}</div>
    </div>
  );
}

/**
 * Where a form has gone, the button that opened it gets the focus back: `data-opens` says which form it opens.
 * Never another one: what one presses next might decide.
 */
export function useReturn(panel: RefObject<HTMLElement | null>, form: string | undefined): void {
  const opened = useRef(form);
  useEffect(() => {
    if (form !== undefined) {
      // One form may lead to another.
      opened.current ??= form;
      return;
    }
    if (opened.current === undefined) return;
    const opener = panel.current?.querySelector<HTMLElement>(`[data-opens="${opened.current}"]`);
    opened.current = undefined;
    if (opener) opener.focus();
    else focusMessage(panel.current);
  }, [panel, form]);
}

/** Puts the focus on the message around an element that is about to go. */
export function focusMessage(from: Element | null): void {
  from?.closest<HTMLElement>('[data-row]')?.focus({ preventScroll: true });
}
