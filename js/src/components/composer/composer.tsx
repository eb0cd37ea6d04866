import {
  type KeyboardEvent,
  type ReactElement,
  type RefObject,
  useId,
  useLayoutEffect,
} from 'react';
import type { Permit } from '../../session/model';
import type { ShownRun } from '../../shown/model';
import { useSize } from '../hooks';
import { Icon } from '../icons';
import { nameOf } from '../names';
import { stoppingOf } from './stopping';
import { type ComposerInput, type Composing, useComposer } from './use-composer';

export interface ComposerProps extends ComposerInput {
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly onStop: (runId: string) => void;
  readonly onLeave: () => void;
}

const ADRIFT =
  'The Run that you were writing to is over, or out of sight. Choose above what your words are to be.';

/** Where a person writes: to the Run that is answering, or something new. */
export function Composer(props: ComposerProps): ReactElement {
  const { field, permits, onStop, onLeave } = props;
  const composing = useComposer(props);
  const { run, problem } = composing;
  const noteId = useId();
  const why = whyNot(composing);
  return (
    <div className="ait-composer" data-sending={composing.isSending || undefined}>
      {problem && (
        <p className="ait-composer-problem" role="alert">
          <Icon name="warning" />
          <span>
            <strong>{problem.message}</strong> {problem.hint} Your words are still here.
          </span>
        </p>
      )}
      <div className="ait-composer-box">
        {(run || composing.isAdrift) && <Choices composing={composing} run={run} />}
        <div className="ait-composer-row">
          <Field
            field={field}
            composing={composing}
            noteId={why === undefined ? undefined : noteId}
            onLeave={onLeave}
          />
          <div className="ait-composer-buttons">
            {run && <StopButton run={run} permit={permits.cancel} onStop={onStop} />}
            <SendButton composing={composing} why={why} />
          </div>
        </div>
      </div>
      {why !== undefined && (
        <p className="ait-composer-note" id={noteId} role="status">
          {why}
        </p>
      )}
    </div>
  );
}

/** Why nothing can be said now, or what becomes of what is being said. */
function whyNot({ isAdrift, isSending, choice }: Composing): string | undefined {
  if (isAdrift) return ADRIFT;
  if (!choice || choice.permit.allowed) return undefined;
  const { why, onItsWay = why } = choice.permit;
  return isSending ? onItsWay : why;
}

function Choices(props: {
  readonly composing: Composing;
  readonly run: ShownRun | undefined;
}): ReactElement {
  const { choices, choice, choose } = props.composing;
  return (
    <div className="ait-composer-head">
      <fieldset className="ait-segments">
        <legend className="ait-unseen">What your words will be</legend>
        {choices.map(({ mode, label, permit, placeholder }, index) => (
          <button
            key={mode}
            type="button"
            className="ait-segment"
            aria-pressed={mode === choice?.mode}
            aria-disabled={!permit.allowed || undefined}
            title={`${permit.allowed ? placeholder : permit.why} (Alt+${index + 1})`}
            onClick={() => choose(mode)}
          >
            {label}
          </button>
        ))}
      </fieldset>
      {props.run && <Speaking run={props.run} />}
    </div>
  );
}

function Speaking({ run }: { readonly run: ShownRun }): ReactElement {
  const who = run.answerer ? nameOf(run.answerer) : 'the agent';
  return (
    <span className="ait-composer-to">
      to <bdi>{who}</bdi>
    </span>
  );
}

interface FieldProps {
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly composing: Composing;
  readonly noteId: string | undefined;
  readonly onLeave: () => void;
}

function Field({ field, composing, noteId, onLeave }: FieldProps): ReactElement {
  const { text, choices, choice, isSending, problem } = composing;
  // Who writes while the network is away for a moment goes on writing.
  const isClosed = choices.every(({ permit }) => !permit.allowed && !permit.isPassing);
  const width = useSize(field)?.width;
  // biome-ignore lint/correctness/useExhaustiveDependencies: in another width the words have other lines.
  useLayoutEffect(() => {
    const element = field.current;
    if (!element) return;
    element.style.height = 'auto';
    if (text !== '') element.style.height = `${element.scrollHeight}px`;
  }, [field, text, width]);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    const number = event.altKey ? /^Digit([1-3])$/.exec(event.code)?.[1] : undefined;
    const numbered = number === undefined ? undefined : choices[Number(number) - 1];
    if (numbered) composing.choose(numbered.mode);
    else if (event.key === 'Enter' && !event.shiftKey && !event.altKey) composing.submit();
    else if (event.key === 'Escape' && problem) composing.forgive();
    else if (event.key === 'Escape') onLeave();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <textarea
      ref={field}
      rows={1}
      className="ait-composer-field"
      aria-label={choice ? choice.placeholder : 'Say something'}
      aria-describedby={noteId}
      placeholder={placeholderOf(composing, isClosed)}
      value={text}
      readOnly={isSending}
      disabled={isClosed}
      onChange={(event) => composing.write(event.target.value)}
      onKeyDown={onKeyDown}
    />
  );
}

function placeholderOf({ choice }: Composing, isClosed: boolean): string {
  if (isClosed) return 'Nothing can be said here now';
  return choice?.placeholder ?? '';
}

function SendButton(props: {
  readonly composing: Composing;
  readonly why: string | undefined;
}): ReactElement {
  const { composing, why } = props;
  const label = composing.choice?.mode === 'send' ? 'Send' : (composing.choice?.label ?? 'Send');
  return (
    <button
      type="button"
      className="ait-send"
      data-mode={composing.choice?.mode}
      aria-disabled={!composing.canSend || undefined}
      title={why ?? `${label} (Enter)`}
      onClick={composing.submit}
    >
      {composing.isSending ? (
        <span className="ait-spinner" aria-hidden="true" />
      ) : (
        <Icon name="send" />
      )}
      <span>{composing.isSending ? 'Sending' : label}</span>
    </button>
  );
}

export interface StopButtonProps {
  readonly run: ShownRun;
  readonly permit: Permit;
  readonly onStop: (runId: string) => void;
}

export function StopButton({ run, permit, onStop }: StopButtonProps): ReactElement {
  const { isPossible, title } = stoppingOf(run, permit);
  return (
    <button
      type="button"
      className="ait-stop"
      aria-disabled={!isPossible || undefined}
      title={isPossible ? `${title} (Ctrl .)` : title}
      onClick={isPossible ? () => onStop(run.runId) : undefined}
    >
      <Icon name="stop" />
      <span>{run.cancel?.outcome === 'asked' ? 'Stopping' : 'Stop'}</span>
    </button>
  );
}
