import { useRef } from 'react';
import type { ToolPart } from '../../../shown/model';
import { ProblemNote, useActing, useDoing } from '../acting';
import { Button } from '../buttons';
import { clip } from '../format';
import { useKept } from '../kept';
import { visibleName, visibleText } from '../names';
import { Editor, focusMessage, useReturn } from './editor';
import { type Question, questionIn, readJson } from './tool-state';

type Mode = 'asked' | 'text' | 'JSON' | 'failure';

interface AnswerProps {
  readonly part: ToolPart;
  readonly messageId: string;
}

/** A call that the agent cannot make by itself: a person says what came of it, or that it failed. */
export function Answer({ part, messageId }: AnswerProps) {
  const { actions, permits } = useActing();
  const doing = useDoing();
  const [mode, setMode] = useKept<Mode>('mode', 'asked');
  const panel = useRef<HTMLDivElement>(null);
  useReturn(panel, mode === 'asked');
  const question = questionIn(part.input);
  const send = async (work: () => Promise<void>) => {
    const place = panel.current?.closest('[data-row]') ?? null;
    if (permits.answer.allowed && (await doing.run(work))) focusMessage(place);
  };
  const answer = (output: unknown) =>
    send(() => actions.answerCall(messageId, part.callId, output));
  const fail = (message: string) => send(() => actions.failCall(messageId, part.callId, message));
  return (
    <div className="ait-ask" ref={panel} aria-busy={doing.isPending}>
      <p dir="auto" className={question ? 'ait-ask-question' : undefined}>
        {question
          ? visibleText(clip(question.question, 4000))
          : 'The agent waits for the result of this call.'}
      </p>
      {mode === 'asked' ? (
        <Choice question={question} isBusy={doing.isPending} answer={answer} choose={setMode} />
      ) : (
        <Form
          key={mode}
          mode={mode}
          isBusy={doing.isPending}
          answer={answer}
          fail={fail}
          choose={setMode}
        />
      )}
      {doing.isPending ? (
        <p className="ait-faint" role="status">
          Sent, waiting for the agent…
        </p>
      ) : null}
      <ProblemNote problem={doing.problem} />
    </div>
  );
}

interface ChoiceProps {
  readonly question: Question | undefined;
  readonly isBusy: boolean;
  readonly answer: (output: unknown) => void;
  readonly choose: (mode: Mode) => void;
}

function Choice({ question, isBusy, answer, choose }: ChoiceProps) {
  const permit = useActing().permits.answer;
  const options = question?.options ?? [];
  return (
    <div className="ait-row-of-buttons">
      {options.map(({ label, hint, value }, at) => (
        <Button
          // biome-ignore lint/suspicious/noArrayIndexKey: options have no other name than their place
          key={at}
          permit={permit}
          disabled={isBusy}
          onClick={() => answer(value)}
        >
          <bdi>{visibleName(label, 200)}</bdi>
          {hint ? <span className="ait-faint"> {visibleName(hint, 200)}</span> : null}
        </Button>
      ))}
      <Button
        tone={options.length > 0 ? 'plain' : 'primary'}
        permit={permit}
        disabled={isBusy}
        onClick={() => choose('text')}
      >
        {options.length > 0 ? 'Another answer…' : 'Answer…'}
      </Button>
      <Button permit={permit} disabled={isBusy} onClick={() => choose('failure')}>
        It failed…
      </Button>
      {permit.allowed ? null : <span className="ait-faint">{permit.why}</span>}
    </div>
  );
}

interface FormProps {
  readonly mode: Exclude<Mode, 'asked'>;
  readonly isBusy: boolean;
  readonly answer: (output: unknown) => void;
  readonly fail: (message: string) => void;
  readonly choose: (mode: Mode) => void;
}

const LABELS = { text: 'Your answer', JSON: 'Your answer, as JSON', failure: 'What went wrong?' };

function Form({ mode, isBusy, answer, fail, choose }: FormProps) {
  const permit = useActing().permits.answer;
  const [text, setText] = useKept('answer', '');
  const read = mode === 'JSON' ? readJson(text) : { value: text };
  const isReady = text.trim() !== '' && !('wrong' in read);
  const submit = () => {
    if (!isReady) return;
    if (mode === 'failure') fail(text.trim());
    else answer(read.value);
  };
  return (
    <Editor
      label={LABELS[mode]}
      className={mode === 'JSON' ? 'ait-editor-code' : undefined}
      value={text}
      onText={setText}
      onSubmit={submit}
      onCancel={() => choose('asked')}
      isOneLine={mode === 'failure'}
      wrong={text !== '' && 'wrong' in read ? read.wrong : undefined}
    >
      <Button
        tone={mode === 'failure' ? 'bad' : 'primary'}
        permit={permit}
        disabled={isBusy || !isReady}
        onClick={submit}
      >
        {mode === 'failure' ? 'Say that it failed' : 'Send the answer'}
      </Button>
      {mode === 'failure' ? null : (
        <Button disabled={isBusy} onClick={() => choose(mode === 'text' ? 'JSON' : 'text')}>
          {mode === 'text' ? 'As JSON' : 'As text'}
        </Button>
      )}
      <Button disabled={isBusy} onClick={() => choose('asked')}>
        Back
      </Button>
    </Editor>
  );
}
