import { memo, useContext, useId } from 'react';
import type { ToolPart } from '../../../shown/model';
import { Icon } from '../../icons';
import { visibleName, visibleText } from '../../visible';
import { RunIsOver } from '../acting';
import { jsonLine } from '../json-text';
import { JsonTree } from '../json-tree';
import { useKept } from '../kept';
import { PlainText } from '../markdown/plain';
import { Answer } from './answer';
import { Approval } from './approval';
import { Decision } from './decision';
import { useRestAfter } from './rest';
import { isOpenByItself, stateShown } from './tool-state';
import { Unsent } from './unsent';

interface ToolCallProps {
  readonly part: ToolPart;
  readonly messageId: string;
}

/** What the agent calls for: one line, and all about it once it is opened. */
export const ToolCall = memo(function ToolCall({ part, messageId }: ToolCallProps) {
  const [chosen, setChosen] = useKept<boolean | undefined>('open', undefined);
  useRestAfter(part.awaits !== undefined);
  const state = stateShown(part, useContext(RunIsOver));
  const id = useId();
  const isOpen = chosen ?? isOpenByItself(part);
  const name = visibleName(part.name) || 'a tool without a name';
  return (
    <section
      className="ait-tool"
      data-tone={state.tone}
      aria-label={`Tool call: ${name}, ${state.text}`}
    >
      <button
        type="button"
        className="ait-tool-head"
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setChosen(!isOpen)}
      >
        <Icon name="tool" />
        <bdi className="ait-tool-name">{name}</bdi>
        {part.title ? <bdi className="ait-tool-title">{visibleName(part.title)}</bdi> : null}
        <span className="ait-tool-glance">{isOpen ? '' : glance(part)}</span>
        <span className="ait-state" data-tone={state.tone}>
          <span className="ait-dot" data-tone={state.tone} aria-hidden="true" />
          {state.text}
        </span>
        <Icon name={isOpen ? 'down' : 'right'} />
      </button>
      <div id={id} hidden={!isOpen}>
        {isOpen ? <Contents part={part} /> : null}
      </div>
      <Decision part={part} />
      {part.awaits ? null : <Unsent part={part} />}
      {part.awaits === 'approval' ? <Approval part={part} messageId={messageId} /> : null}
      {part.awaits === 'answer' ? <Answer part={part} messageId={messageId} /> : null}
    </section>
  );
});

function Contents({ part }: { part: ToolPart }) {
  return (
    <div className="ait-tool-body">
      <h3 className="ait-label">Arguments</h3>
      <Arguments part={part} />
      {part.error === undefined ? null : (
        <>
          <h3 className="ait-label">Error</h3>
          <div className="ait-tool-error">
            <PlainText text={visibleText(part.error)} />
          </div>
        </>
      )}
      {part.output === undefined ? null : (
        <>
          <h3 className="ait-label">{part.isPreliminary ? 'Result so far' : 'Result'}</h3>
          <JsonTree value={part.output} name="the result" />
        </>
      )}
    </div>
  );
}

function Arguments({ part }: { part: ToolPart }) {
  if (part.input !== undefined) return <JsonTree value={part.input} name="the arguments" />;
  if (!part.inputText) return <p className="ait-faint">None yet</p>;
  return (
    <div className="ait-tool-coming" data-streaming={part.state === 'input-streaming' || undefined}>
      <PlainText text={visibleText(part.inputText)} />
    </div>
  );
}

function glance(part: ToolPart): string {
  if (part.error !== undefined) return visibleName(part.error, 120);
  const input = part.answers?.findLast(
    (each) => each.arguments !== undefined && each.isCounted !== false,
  )?.arguments;
  if (input !== undefined) return jsonLine(input, 120);
  if (part.input !== undefined) return jsonLine(part.input, 120);
  return visibleName(part.inputText ?? '', 120);
}
