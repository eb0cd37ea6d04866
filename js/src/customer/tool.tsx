import type { ReactNode } from 'react';
import { visibleName } from '../components/visible';
import { Approval } from './approval';
import type { Answer, Decide } from './conversation';
import { Question } from './question';
import { type ToolPart, toolName } from './sdk';

interface Props {
  readonly part: ToolPart;
  readonly isOpen: boolean;
  readonly onDecide: Decide;
  readonly onAnswer: Answer;
}

/** A tool call: a question to the customer where it is one, a line otherwise. */
export function Tool({ part, isOpen, onDecide, onAnswer }: Props): ReactNode {
  const name = visibleName(part.title ?? toolName(part).replaceAll('_', ' '));
  const { toolCallId: call } = part;
  if (part.state === 'approval-requested' && isOpen) {
    return (
      <Approval
        name={name}
        input={part.input}
        onDecide={(approved, reason) => onDecide(call, approved, reason)}
      />
    );
  }
  if (part.state === 'input-available' && isOpen && part.providerExecuted !== true) {
    return (
      <Question name={name} input={part.input} onAnswer={(output) => onAnswer(call, output)} />
    );
  }
  return (
    <p className="tool" data-state={part.state}>
      <bdi className="tool-name">{name}</bdi> <span>{standing(part)}</span>
    </p>
  );
}

function standing(part: ToolPart): string {
  switch (part.state) {
    case 'input-streaming':
    case 'input-available':
      return 'is being done…';
    case 'approval-requested':
      return 'was not decided on';
    case 'approval-responded':
      return part.approval.approved ? 'approved' : 'denied';
    case 'output-available':
      return part.preliminary === true ? 'is being done…' : 'done';
    case 'output-error':
      return `did not work: ${part.errorText}`;
    case 'output-denied':
      return 'denied';
  }
}
