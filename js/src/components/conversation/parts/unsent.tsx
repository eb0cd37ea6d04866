import type { ToolPart } from '../../../shown/model';
import { Button } from '../../button';
import { CopyButton } from '../copy-button';
import { jsonText } from '../json-text';
import { useKept } from '../kept';

/** What a person had begun to write to a call when somebody else answered it. */
export function Unsent({ part }: { part: ToolPart }) {
  const [reason, setReason] = useKept('reason', '');
  const [answer, setAnswer] = useKept('answer', '');
  const [changed, setChanged] = useKept('arguments', '');
  const drafts = [reason, answer, isChange(changed, part) ? changed : ''];
  const begun = drafts.find((draft) => draft.trim() && !isSaid(draft, part));
  if (begun === undefined) return null;
  const forget = () => {
    for (const set of [setReason, setAnswer, setChanged]) set('');
  };
  return (
    <div className="ait-unsent" role="status">
      <p>
        Answered meanwhile. What you had written was not sent: <bdi>“{begun}”</bdi>
      </p>
      <CopyButton text={() => begun} label="Copy what was not sent" />
      <Button onClick={forget}>Dismiss</Button>
    </div>
  );
}

function isChange(changed: string, part: ToolPart): boolean {
  return changed !== jsonText(part.input ?? {});
}

/** Whether a draft is one's own answer, which has arrived. */
function isSaid(draft: string, { answers = [], output, error }: ToolPart): boolean {
  const said = [output, error, ...answers.flatMap((each) => [each.reason, each.arguments])];
  return said.some((value) => value === draft.trim() || jsonText(value) === normal(draft));
}

function normal(draft: string): string {
  try {
    return jsonText(JSON.parse(draft));
  } catch {
    // It is no JSON, and is what it is.
    return draft;
  }
}
