import { useRef } from 'react';
import type { Permit, Permits } from '../../session/model';
import type { ShownRun } from '../../shown/model';
import { Button } from '../button';
import { act } from '../composer/modes';
import { Icon, type IconName } from '../icons';
import { useDoing } from '../use-doing';
import { ProblemNote, useActing } from './acting';
import { useKept } from './kept';
import { Editor } from './parts/editor';

type Saying = 'steer' | 'redirect' | 'resume';

interface Way {
  readonly icon: IconName;
  readonly button: string;
  readonly label: string;
  readonly submit: string;
}

const WAYS: Readonly<Record<Saying, Way>> = {
  steer: {
    icon: 'steer',
    button: 'Steer',
    label: 'Say something into the running answer',
    submit: 'Steer',
  },
  redirect: {
    icon: 'redirect',
    button: 'Redirect',
    label: 'Stop this answer, and say instead',
    submit: 'Stop and say this',
  },
  resume: {
    icon: 'resume',
    button: 'Resume',
    label: 'Have it go on, with a word to it',
    submit: 'Resume',
  },
};

/** What one may do about a Run that is not over. */
export function RunActions({ run }: { run: ShownRun }) {
  const { actions, permits } = useActing();
  const [saying, setSaying] = useKept<Saying | undefined>('saying', undefined);
  const stopping = useDoing();
  const line = useRef<HTMLDivElement>(null);
  if (run.status !== 'active' && run.status !== 'suspended') return null;
  const ways: readonly Saying[] =
    run.status === 'active' ? ['steer', 'redirect'] : ['resume', 'redirect'];
  const close = () => {
    setSaying(undefined);
    line.current?.querySelector<HTMLElement>(`button[data-way="${saying}"]`)?.focus();
  };
  return (
    <div className="ait-run-actions" ref={line}>
      <div className="ait-row-of-buttons">
        <Button
          data-acts
          permit={stopPermit(run, permits)}
          disabled={stopping.isPending}
          onClick={() => void stopping.run(() => actions.cancel(run.runId))}
        >
          <Icon name="stop" />
          Stop
        </Button>
        {ways.map((way) => (
          <Button
            key={way}
            data-way={way}
            permit={permits[way]}
            aria-expanded={saying === way}
            onClick={() => setSaying(saying === way ? undefined : way)}
          >
            <Icon name={WAYS[way].icon} />
            {WAYS[way].button}
          </Button>
        ))}
      </div>
      {saying && ways.includes(saying) ? (
        <Say key={saying} run={run} saying={saying} permit={permits[saying]} close={close} />
      ) : null}
      <ProblemNote problem={stopping.problem} />
    </div>
  );
}

function stopPermit(run: ShownRun, permits: Permits): Permit {
  if (run.cancel?.outcome !== 'asked') return permits.cancel;
  return { allowed: false, why: 'It was asked to stop already' };
}

interface SayProps {
  readonly run: ShownRun;
  readonly saying: Saying;
  readonly permit: Permit;
  readonly close: () => void;
}

function Say({ run, saying, permit, close }: SayProps) {
  const { actions } = useActing();
  const doing = useDoing();
  const [text, setText] = useKept(saying, '');
  const way = WAYS[saying];
  const isReady = permit.allowed && text.trim() !== '' && !doing.isPending;
  const submit = async () => {
    if (!isReady || !(await doing.run(() => act(saying, run, text.trim(), actions)))) return;
    setText('');
    close();
  };
  return (
    <Editor
      label={way.label}
      value={text}
      onText={setText}
      onSubmit={() => void submit()}
      onCancel={close}
      isOneLine
    >
      <Button tone="primary" permit={permit} disabled={!isReady} onClick={() => void submit()}>
        {doing.isPending ? 'Sending…' : way.submit}
      </Button>
      <Button disabled={doing.isPending} onClick={close}>
        Cancel
      </Button>
      <ProblemNote problem={doing.problem} />
    </Editor>
  );
}
