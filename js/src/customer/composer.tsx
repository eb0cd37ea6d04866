import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react';

interface Props {
  readonly isAnswering: boolean;
  readonly onTyping: () => void;
  readonly onSay: (text: string) => void;
  readonly onStop: () => void;
}

export function Composer({ isAnswering, onTyping, onSay, onStop }: Props): ReactNode {
  const [text, setText] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  const send = (): void => {
    const said = text.trim();
    if (said === '') return;
    setText('');
    onSay(said);
    field.current?.focus();
  };
  return (
    <form
      className="composer"
      aria-label="Write"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        ref={field}
        aria-label="Your message"
        aria-describedby="composer-help"
        placeholder={isAnswering ? 'Say more…' : 'Write a message…'}
        rows={1}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          onTyping();
        }}
        onKeyDown={(event) => {
          if (!isPlainEnter(event)) return;
          event.preventDefault();
          send();
        }}
      />
      <p id="composer-help" className="unseen">
        Enter sends, Shift and Enter begin a new line.
      </p>
      {isAnswering && (
        <button type="button" className="stop" onClick={onStop}>
          Stop
        </button>
      )}
      <button type="submit" className="send" disabled={text.trim() === ''}>
        Send
      </button>
    </form>
  );
}

/** Not the Enter that ends a word of an input method. */
export function isPlainEnter(event: KeyboardEvent): boolean {
  return event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing;
}
