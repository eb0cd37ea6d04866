import { type ComponentProps, type ReactNode, type RefObject, useRef } from 'react';
import type { Problem } from '../../../session/model';
import { Button } from '../../button';
import { useDoing } from '../../use-doing';
import { ProblemNote, useActing } from '../acting';
import { useKept } from '../kept';
import { focusMessage, useReturn } from './editor';
import { useIsResting } from './rest';

/** What a call asks of a person: the form that they have opened, and their word on its way to the agent. */
export interface Asking<Form extends string> {
  /** Undefined while there is but the choice between them. */
  readonly form: Form | undefined;
  readonly isBusy: boolean;
  readonly problem: Problem | undefined;
  readonly panel: RefObject<HTMLDivElement | null>;
  open(form: Form): void;
  back(): void;
  send(work: () => Promise<void>): Promise<void>;
}

export function useAsking<Form extends string>(): Asking<Form> {
  const { permits } = useActing();
  const { isPending, problem, run } = useDoing();
  const [form, open] = useKept<Form | undefined>('form', undefined);
  const panel = useRef<HTMLDivElement>(null);
  useReturn(panel, form);
  const send = async (work: () => Promise<void>) => {
    const place = panel.current?.closest('[data-row]') ?? null;
    if (permits.answer.allowed && (await run(work))) focusMessage(place);
  };
  return { form, isBusy: isPending, problem, panel, open, back: () => open(undefined), send };
}

interface PanelProps {
  readonly asking: Asking<string>;
  readonly children: ReactNode;
}

export function AskPanel({ asking: { panel, isBusy, problem }, children }: PanelProps) {
  return (
    <div className="ait-ask" ref={panel} aria-busy={isBusy}>
      {children}
      {isBusy ? (
        <p className="ait-faint" role="status">
          Sent, waiting for the agent…
        </p>
      ) : null}
      <ProblemNote problem={problem} />
    </div>
  );
}

/** Buttons to choose from, and why one may not. */
export function Choices({ children }: { readonly children: ReactNode }) {
  const { answer } = useActing().permits;
  return (
    <div className="ait-row-of-buttons">
      {children}
      {answer.allowed ? null : <span className="ait-faint">{answer.why}</span>}
    </div>
  );
}

interface AskButtonProps extends Omit<ComponentProps<typeof Button>, 'permit'> {
  readonly asking: Asking<string>;
}

/** A button that only those who may answer can press, and once. */
export function AskButton({ asking, disabled, ...rest }: AskButtonProps) {
  const { answer } = useActing().permits;
  const isResting = useIsResting();
  return <Button {...rest} permit={answer} disabled={asking.isBusy || isResting || disabled} />;
}

interface OpenButtonProps<Form extends string> extends Omit<AskButtonProps, 'asking'> {
  readonly asking: Asking<Form>;
  readonly form: Form;
}

/** A button that opens a form, and has the focus again when that is put away. */
export function OpenButton<Form extends string>(props: OpenButtonProps<Form>) {
  const { asking, form, ...rest } = props;
  return (
    <AskButton {...rest} asking={asking} data-opens={form} onClick={() => asking.open(form)} />
  );
}

export function BackButton({ asking }: { readonly asking: Asking<string> }) {
  return (
    <Button disabled={asking.isBusy} onClick={asking.back}>
      Back
    </Button>
  );
}
