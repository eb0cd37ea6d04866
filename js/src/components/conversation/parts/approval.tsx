import type { ToolPart } from '../../../shown/model';
import { Button } from '../../button';
import { visibleName } from '../../visible';
import { useActing } from '../acting';
import { changesBetween } from '../json-change';
import { jsonText } from '../json-text';
import { useKept } from '../kept';
import { hasRounded, ROUNDED_HINT } from '../rounding';
import {
  AskButton,
  type Asking,
  AskPanel,
  BackButton,
  Choices,
  OpenButton,
  useAsking,
} from './asking';
import { Changes } from './decision';
import { Editor } from './editor';
import { readArguments } from './tool-state';

type Form = 'denial' | 'arguments';

interface ApprovalProps {
  readonly part: ToolPart;
  readonly messageId: string;
}

/** The agent asks whether it may: yes, no, or yes with other arguments. */
export function Approval({ part, messageId }: ApprovalProps) {
  const { actions } = useActing();
  const asking = useAsking<Form>();
  const approve = (changed?: unknown) =>
    asking.send(() =>
      actions.approve(messageId, part.callId, changed === undefined ? {} : { arguments: changed }),
    );
  const deny = (reason: string) =>
    asking.send(() => actions.deny(messageId, part.callId, reason.trim() || undefined));
  return (
    <AskPanel asking={asking}>
      {asking.form === undefined ? (
        <Choice part={part} asking={asking} approve={() => approve()} />
      ) : null}
      {asking.form === 'denial' ? <Denial asking={asking} deny={deny} /> : null}
      {asking.form === 'arguments' ? <Edit part={part} asking={asking} approve={approve} /> : null}
    </AskPanel>
  );
}

interface ChoiceProps {
  readonly part: ToolPart;
  readonly asking: Asking<Form>;
  readonly approve: () => void;
}

function Choice({ part, asking, approve }: ChoiceProps) {
  return (
    <>
      <p>
        May it run <bdi className="ait-tool-name">{visibleName(part.name)}</bdi> with these
        arguments?
      </p>
      {hasRounded(part.input) ? <p className="ait-note">{ROUNDED_HINT}</p> : null}
      <Choices>
        <AskButton asking={asking} tone="primary" onClick={approve}>
          Approve
        </AskButton>
        <OpenButton asking={asking} form="denial">
          Deny…
        </OpenButton>
        <OpenButton asking={asking} form="arguments">
          Edit arguments…
        </OpenButton>
      </Choices>
    </>
  );
}

interface DenialProps {
  readonly asking: Asking<Form>;
  readonly deny: (reason: string) => void;
}

function Denial({ asking, deny }: DenialProps) {
  const [reason, setReason] = useKept('reason', '');
  return (
    <Editor
      label="Why not? The agent is told (optional)"
      value={reason}
      onText={setReason}
      onSubmit={() => deny(reason)}
      onCancel={asking.back}
      isOneLine
    >
      <AskButton asking={asking} tone="bad" onClick={() => deny(reason)}>
        Deny
      </AskButton>
      <BackButton asking={asking} />
    </Editor>
  );
}

interface EditProps {
  readonly part: ToolPart;
  readonly asking: Asking<Form>;
  readonly approve: (changed: unknown) => void;
}

function Edit({ part, asking, approve }: EditProps) {
  const given = jsonText(part.input ?? {});
  const [text, setText] = useKept('arguments', given);
  const read = readArguments(text, part.input);
  const isWrong = 'wrong' in read;
  const changes = isWrong ? [] : changesBetween(part.input ?? {}, read.value);
  const submit = () => {
    if (!isWrong) approve(changes.length > 0 ? read.value : undefined);
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
      onCancel={asking.back}
      wrong={isWrong ? read.wrong : undefined}
    >
      {changes.length > 0 ? <Changes changes={changes} /> : null}
      <AskButton asking={asking} tone="primary" disabled={isWrong} onClick={submit}>
        {changes.length > 0 || isWrong ? 'Approve with these arguments' : 'Approve unchanged'}
      </AskButton>
      <Button disabled={asking.isBusy || text === given} onClick={() => setText(given)}>
        Reset
      </Button>
      <BackButton asking={asking} />
    </Editor>
  );
}
