// All that a session of the official SDK shows, as plain JSON.

import { load } from '../../official/javascript/packages.mjs';

const { createUIMessageCodec } = load('@ably/ai-transport/vercel');
const codec = createUIMessageCodec();

const NAMING = [
  ...['run-id', 'codec-message-id', 'parent', 'fork-of', 'msg-regenerate'],
  ...['input-codec-message-id', 'supersedes'],
];

/** What a new view of the session shows, and the tree below it. `messages` names the nodes. */
export function snapshot(session, messages) {
  const view = session.createView();
  const shown = {
    messages: listed(view.getMessages()),
    runs: view.runs().map(withPlainError),
    run_of: byId(view, (id) => view.runOf(id)?.runId ?? null),
    branches: byId(view, (id) => {
      const { siblings, index, hasSiblings } = view.branchSelection(id);
      return { siblings, index, has_siblings: hasSiblings };
    }),
    selections: selections(session, view),
    nodes: nodes(session.tree, messages),
  };
  view.close();
  return shown;
}

export const ids = (view) => view.getMessages().map(({ codecMessageId }) => codecMessageId);

/** Every other branch that can be selected, and those that can be selected only then. */
function selections(session, view) {
  const before = branchPoints(view);
  return choices(view, before).flatMap((choice) => {
    const chosen = after(session, [choice]);
    const added = branchPoints(chosen).filter((id) => !before.includes(id));
    const deeper = choices(chosen, added).map((next) => {
      const last = after(session, [choice, next]);
      return { after: choice, ...next, messages: closed(last) };
    });
    return [{ ...choice, messages: closed(chosen) }, ...deeper];
  });
}

/** A new view, in which these were selected. */
function after(session, chosen) {
  const view = session.createView();
  for (const { anchor, index } of chosen) view.branchSelection(anchor).select(index);
  return view;
}

function closed(view) {
  const shown = ids(view);
  view.close();
  return shown;
}

const branchPoints = (view) => ids(view).filter((id) => view.branchSelection(id).hasSiblings);

function choices(view, anchors) {
  return anchors.flatMap((anchor) => {
    const { siblings, index: selected } = view.branchSelection(anchor);
    const others = siblings.map((_, index) => index).filter((index) => index !== selected);
    return others.map((index) => ({ anchor, index }));
  });
}

/** The nodes of the tree that the messages name. */
function nodes(tree, messages) {
  const found = new Map();
  for (const id of named(messages)) {
    for (const node of [tree.getRunNode(id), tree.getNodeByCodecMessageId(id)]) {
      if (node) found.set(keyOf(node), node);
    }
  }
  return [...found].map(([key, node]) => ({
    kind: node.kind,
    key,
    parent: node.parentCodecMessageId,
    fork_of: node.forkOf,
    regenerates: node.regeneratesCodecMessageId,
    client_id: node.clientId,
    invocation_id: node.invocationId,
    ...(node.state && withPlainError(node.state)),
    steps: node.steps?.map((step) => ({
      step_id: step.stepId,
      status: step.status,
      attempt_count: step.attemptCount,
      step_client_id: step.stepClientId,
    })),
    messages: listed(codec.getMessages(node.projection)),
    siblings: tree.getSiblingNodes(key).map(keyOf),
  }));
}

/** Every id in the headers of the messages; a set, in the order of their first mention. */
function named(messages) {
  const all = messages.flatMap(({ extras }) => {
    const headers = extras?.ai?.transport ?? {};
    return NAMING.map((name) => headers[name]).filter((id) => typeof id === 'string');
  });
  return new Set(all);
}

const keyOf = (node) => (node.kind === 'run' ? node.runId : node.codecMessageId);

const listed = (messages) =>
  messages.map(({ codecMessageId, message }) => ({ id: codecMessageId, message }));

const byId = (view, value) => Object.fromEntries(ids(view).map((id) => [id, value(id)]));

function withPlainError({ error, ...rest }) {
  if (error === undefined) return rest;
  const { code, message, statusCode } = error;
  return { ...rest, error: { code, message, statusCode } };
}
