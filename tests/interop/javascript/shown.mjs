// What a view shows, as plain JSON in the words that both drivers use.

/** Each message in one line: who, and what of its parts can be seen at a glance. */
export const digest = (view) => view.getMessages().map(({ message }) => line(message));

export const line = ({ role, parts }) => `${role}: ${parts.map(said).join('')}`;

export const statuses = (view) => view.runs().map(({ status }) => status);

export const now = (view) => ({ messages: digest(view), statuses: statuses(view) });

export const ids = (messages) => messages.map(({ codecMessageId }) => codecMessageId);

export function snapshot(view) {
  const messages = view.getMessages();
  const byId = (value) => Object.fromEntries(ids(messages).map((id) => [id, value(id)]));
  return {
    messages: messages.map(({ codecMessageId, message }) => ({ id: codecMessageId, message })),
    runs: view.runs().map(plainRun),
    run_for: byId((id) => view.runOf(id)?.runId ?? null),
    branches: byId((id) => {
      const { siblings, index, hasSiblings } = view.branchSelection(id);
      return { siblings, index, has_siblings: hasSiblings };
    }),
  };
}

export const plainError = (error) =>
  error ? { code: error.code, message: error.message, status: error.statusCode } : null;

function plainRun({ runId, clientId, invocationId, status, error, steps }) {
  return {
    run_id: runId,
    client_id: clientId,
    invocation_id: invocationId,
    status,
    error: plainError(error),
    steps: steps.map((step) => ({
      step_id: step.stepId,
      status: step.status,
      attempts: step.attemptCount,
      client_id: step.stepClientId ?? null,
    })),
  };
}

function said(part) {
  switch (part.type) {
    case 'text':
      return part.text;
    case 'reasoning':
      return `(${part.text})`;
    case 'step-start':
      return '';
    case 'dynamic-tool':
      return `[${part.toolName} ${part.state}]`;
    default:
      return part.toolCallId ? `[${part.type.slice(5)} ${part.state}]` : `<${part.type}>`;
  }
}
