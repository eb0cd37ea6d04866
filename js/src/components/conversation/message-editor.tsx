import { useRef } from 'react';
import type { ShownMessage } from '../../shown/model';
import { Button } from '../button';
import { useDoing } from '../use-doing';
import { ProblemNote, useActing } from './acting';
import { useKept } from './kept';
import { Editor, focusMessage } from './parts/editor';

interface MessageEditorProps {
  readonly message: ShownMessage;
  readonly close: () => void;
}

/** A user's message, to be said in other words: that makes a new version, and a new answer. */
export function MessageEditor({ message, close }: MessageEditorProps) {
  const { actions, permits } = useActing();
  const doing = useDoing();
  const [text, setText] = useKept('draft', message.text);
  const panel = useRef<HTMLDivElement>(null);
  const isReady =
    permits.edit.allowed && text.trim() !== '' && text !== message.text && !doing.isPending;
  const leave = () => {
    focusMessage(panel.current);
    close();
  };
  const save = async () => {
    if (!isReady || !(await doing.run(() => actions.edit(message.id, text)))) return;
    leave();
  };
  const cancel = () => {
    setText(message.text);
    leave();
  };
  return (
    <div ref={panel}>
      <Editor
        label="Say it in other words"
        rows={Math.min(12, Math.max(2, text.split('\n').length))}
        value={text}
        onText={setText}
        onSubmit={() => void save()}
        onCancel={cancel}
      >
        <Button
          tone="primary"
          permit={permits.edit}
          disabled={!isReady}
          onClick={() => void save()}
        >
          {doing.isPending ? 'Saving…' : 'Save as a new version'}
        </Button>
        <Button disabled={doing.isPending} onClick={cancel}>
          Cancel
        </Button>
        <span className="ait-faint">Ctrl+Enter to save, Escape to cancel</span>
        <ProblemNote problem={doing.problem} />
      </Editor>
    </div>
  );
}
