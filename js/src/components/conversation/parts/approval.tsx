import { useRef } from 'react';
import type { ToolPart } from '../../../shown/model';
import { ProblemNote, useActing, useDoing } from '../acting';
import { Button } from '../buttons';
import { changesBetween } from '../json-change';
import { jsonText } from '../json-text';
import { useKept } from '../kept';
import { visibleName } from '../names';
import { Changes } from './decision';
import { Editor, focusMessage, useReturn } from './editor';
import { readArguments } from './tool-state';

type Mode = 'asked' | 'denying' | 'editing';

interface ApprovalProps {
  readonly part: ToolPart;
  readonly messageId: string;
}

/** The agent asks whether it may: yes, no, or yes with other arguments. */
export function Approval({ part, messageId }: ApprovalProps) {
  const { actions, permits } = useActing();
  const doing = useDoing();
  const [mode, setMode] = useKept<Mode>('mode', 'asked');
  const panel = useRef<HTMLDivElement>(null);
  useReturn(panel, mode === 'asked');
  const decide = async (work: () => Promise<void>) => {
    const place = panel.current?.closest('[data-row]') ?? null;
    if (permits.answer.allowed && (await doing.run(work))) focusMessage(place);
  };
  const approve = (changed?: unknown) =>
    decide(() =>
      actions.approve(messageId, part.callId, changed === undefined ? {} : { arguments: changed }),
    );
  const deny = (reason: string) =>
    decide(() => actions.deny(messageId, part.callId, reason.trim() || undefined));
  return (
    <div className="ait-ask" ref={panel} aria-busy={doing.isPending}>
      {mode === 'asked' ? (
        <Choice part={part} isBusy={doing.isPending} approve={() => approve()} choose={setMode} />
      ) : null}
      {mode === 'denying' ? (
        <Denial isBusy={doing.isPending} deny={deny} back={() => setMode('asked')} />
      ) : null}
      {mode === 'editing' ? (
        <Edit
          part={part}
          isBusy={doing.isPending}
          approve={approve}
          back={() => setMode('asked')}
        />
      ) : null}
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
  readonly part: ToolPart;
  readonly isBusy: boolean;
  readonly approve: () => void;
  readonly choose: (mode: Mode) => void;
}

function Choice({ part, isBusy, approve, choose }: ChoiceProps) {
  const { answer } = useActing().permits;
  return (
    <>
      <p>
        May it run <bdi className="ait-tool-name">{visibleName(part.name)}</bdi> with these
        arguments?
      </p>
      <div className="ait-row-of-buttons">
        <Button tone="primary" permit={answer} disabled={isBusy} onClick={approve}>
          Approve
        </Button>
        <Button permit={answer} disabled={isBusy} onClick={() => choose('denying')}>
          Deny…
        </Button>
        <Button permit={answer} disabled={isBusy} onClick={() => choose('editing')}>
          Edit arguments…
        </Button>
        {answer.allowed ? null : <span className="ait-faint">{answer.why}</span>}
      </div>
    </>
  );
}

interface DenialProps {
  readonly isBusy: boolean;
  readonly deny: (reason: string) => void;
  readonly back: () => void;
}

function Denial({ isBusy, deny, back }: DenialProps) {
  const { answer } = useActing().permits;
  const [reason, setReason] = useKept('reason', '');
  return (
    <Editor
      label="Why not? The agent is told (optional)"
      value={reason}
      onText={setReason}
      onSubmit={() => deny(reason)}
      onCancel={back}
      isOneLine
    >
      <Button tone="bad" permit={answer} disabled={isBusy} onClick={() => deny(reason)}>
        Deny
      </Button>
      <Button disabled={isBusy} onClick={back}>
        Back
      </Button>
    </Editor>
  );
}

interface EditProps {
  readonly part: ToolPart;
  readonly isBusy: boolean;
  readonly approve: (changed: unknown) => void;
  readonly back: () => void;
}

function Edit({ part, isBusy, approve, back }: EditProps) {
  const { answer } = useActing().permits;
  const given = jsonText(part.input ?? {});
  const [text, setText] = useKept('arguments', given);
  const read = readArguments(text, part.input);
  const changes = 'wrong' in read ? [] : changesBetween(part.input ?? {}, read.value);
  const submit = () => {
    if (!('wrong' in read)) approve(changes.length > 0 ? read.value : undefined);
  };
  return (
    <Editor
      label="Arguments, as JSON"
      className="ait-editor-code"
      rows={Math.min(16, text.split('\n').length + 1)}
      spellCheck={false}
      value={text}
      onText={setText}
      onSubmit={submit}
      onCancel={back}
      wrong={'wrong' in read ? read.wrong : undefined}
    >
      {changes.length > 0 ? <Changes changes={changes} /> : null}
      <Button tone="primary" permit={answer} disabled={isBusy || 'wrong' in read} onClick={submit}>
        {changes.length > 0 || 'wrong' in read
          ? 'Approve with these arguments'
          : 'Approve unchanged'}
      </Button>
      <Button disabled={isBusy || text === given} onClick={() => setText(given)}>
        Reset
      </Button>
      <Button disabled={isBusy} onClick={back}>
        Back
      </Button>
    </Editor>
  );
}
