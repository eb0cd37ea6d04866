import { type ReactNode, useEffect, useRef, useState } from 'react';
import { isPlainEnter } from './composer';

interface Props {
  readonly text: string;
  readonly onSave: (text: string) => void;
  readonly onCancel: () => void;
}

/** One's own message, to be said in other words: what follows begins anew from there. */
export function Editing({ text, onSave, onCancel }: Props): ReactNode {
  const [draft, setDraft] = useState(text);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  const save = (): void => {
    if (draft.trim() !== '') onSave(draft.trim());
  };
  return (
    <form
      className="editing"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <textarea
        ref={field}
        aria-label="Your message in other words"
        rows={2}
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onCancel();
          if (!isPlainEnter(event)) return;
          event.preventDefault();
          save();
        }}
      />
      <div className="choices">
        <button type="button" onClick={onCancel}>
          Cancel
        </button>
        <button type="submit" className="main" disabled={draft.trim() === ''}>
          Send again
        </button>
      </div>
    </form>
  );
}
