import type { ToolPart } from '../../../shown/model';
import { Button } from '../../button';
import { clip } from '../../format';
import { visibleName, visibleText } from '../../visible';
import { useActing } from '../acting';
import { useKept } from '../kept';
import {
  AskButton,
  type Asking,
  AskPanel,
  BackButton,
  Choices,
  OpenButton,
  useAsking,
} from './asking';
import { Editor } from './editor';
import { type Question, questionIn, readJson } from './tool-state';

type Form = 'text' | 'JSON' | 'failure';

interface AnswerProps {
  readonly part: ToolPart;
  readonly messageId: string;
}

/** A call that the agent cannot make by itself: a person says what came of it, or that it failed. */
export function Answer({ part, messageId }: AnswerProps) {
  const { actions } = useActing();
  const asking = useAsking<Form>();
  const question = questionIn(part.input);
  const answer = (output: unknown) =>
    asking.send(() => actions.answerCall(messageId, part.callId, output));
  const fail = (message: string) =>
    asking.send(() => actions.failCall(messageId, part.callId, message));
  return (
    <AskPanel asking={asking}>
      <p dir="auto" className={question ? 'ait-ask-question' : undefined}>
        {question
          ? visibleText(clip(question.question, 4000))
          : 'The agent waits for the result of this call.'}
      </p>
      {asking.form === undefined ? (
        <Choice question={question} asking={asking} answer={answer} />
      ) : (
        <AnswerForm
          key={asking.form}
          form={asking.form}
          asking={asking}
          answer={answer}
          fail={fail}
        />
      )}
    </AskPanel>
  );
}

interface ChoiceProps {
  readonly question: Question | undefined;
  readonly asking: Asking<Form>;
  readonly answer: (output: unknown) => void;
}

function Choice({ question, asking, answer }: ChoiceProps) {
  const options = question?.options ?? [];
  const hasOptions = options.length > 0;
  return (
    <Choices>
      {options.map(({ label, hint, value }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: options have no other name than their place
        <AskButton key={at} asking={asking} onClick={() => answer(value)}>
          <bdi>{visibleName(label, 200)}</bdi>
          {hint ? <span className="ait-faint"> {visibleName(hint, 200)}</span> : null}
        </AskButton>
      ))}
      <OpenButton asking={asking} form="text" tone={hasOptions ? 'plain' : 'primary'}>
        {hasOptions ? 'Another answer…' : 'Answer…'}
      </OpenButton>
      <OpenButton asking={asking} form="failure">
        It failed…
      </OpenButton>
    </Choices>
  );
}

interface FormProps {
  readonly form: Form;
  readonly asking: Asking<Form>;
  readonly answer: (output: unknown) => void;
  readonly fail: (message: string) => void;
}

const LABELS = { text: 'Your answer', JSON: 'Your answer, as JSON', failure: 'What went wrong?' };

function AnswerForm({ form, asking, answer, fail }: FormProps) {
  const [text, setText] = useKept('answer', '');
  const read = form === 'JSON' ? readJson(text) : { value: text };
  const isReady = text.trim() !== '' && !('wrong' in read);
  const submit = () => {
    if (!isReady) return;
    if (form === 'failure') fail(text.trim());
    else answer(read.value);
  };
  return (
    <Editor
      label={LABELS[form]}
      className={form === 'JSON' ? 'ait-editor-code' : undefined}
      value={text}
      onText={setText}
      onSubmit={submit}
      onCancel={asking.back}
      isOneLine={form === 'failure'}
      wrong={text !== '' && 'wrong' in read ? read.wrong : undefined}
    >
      <AskButton
        asking={asking}
        tone={form === 'failure' ? 'bad' : 'primary'}
        disabled={!isReady}
        onClick={submit}
      >
        {form === 'failure' ? 'Say that it failed' : 'Send the answer'}
      </AskButton>
      {form === 'failure' ? null : (
        <Button
          disabled={asking.isBusy}
          onClick={() => asking.open(form === 'text' ? 'JSON' : 'text')}
        >
          {form === 'text' ? 'As JSON' : 'As text'}
        </Button>
      )}
      <BackButton asking={asking} />
    </Editor>
  );
}
