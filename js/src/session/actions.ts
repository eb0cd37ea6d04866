/** All that a person may do, as the screen has it. */

import type { View } from '../tree/view';
import type { Acting } from './acting';
import type { ConsoleActions } from './model';

/** What is done here, and not on the channel. */
export interface Here {
  readonly view: View;
  chosen(): void;
  older(): Promise<void>;
  all(signal: AbortSignal): Promise<void>;
  find: ConsoleActions['search'];
  typing(): void;
  /** What was typed has been said. */
  said(): void;
  focus(messageId: string | undefined): void;
  reconnect(): void;
  dismiss(noticeId: number): void;
}

export function actionsOf(acting: Acting, here: Here): ConsoleActions {
  const saying =
    <Given extends unknown[]>(say: (...given: Given) => Promise<void>) =>
    async (...given: Given): Promise<void> => {
      await say(...given);
      here.said();
    };
  const decide =
    (approved: boolean) =>
    (messageId: string, callId: string, decision: { reason?: string; arguments?: unknown }) =>
      acting.answer(messageId, callId, { kind: 'tool-approval-response', approved, ...decision });
  return {
    send: saying((text: string) => acting.send(text)),
    edit: saying((messageId: string, text: string) => acting.edit(messageId, text)),
    regenerate: (messageId) => acting.regenerate(messageId),
    withdraw: (inputId) => acting.withdraw(inputId),
    steer: saying((runId: string, text: string) => acting.steer(runId, text)),
    cancel: (runId) => acting.cancel(runId),
    cancelMine: () => acting.cancelMine(),
    cancelOf: (clientId) => acting.cancelOf(clientId),
    cancelAll: () => acting.cancelAll(),
    redirect: saying((runId: string, text: string) => acting.redirect(runId, text)),
    resume: saying((runId: string, text: string) => acting.resume(runId, text)),
    answerCall: (messageId, callId, output) =>
      acting.answer(messageId, callId, { kind: 'tool-result', output }),
    failCall: (messageId, callId, message) =>
      acting.answer(messageId, callId, { kind: 'tool-result-error', message }),
    approve: (messageId, callId, decision) => decide(true)(messageId, callId, decision),
    deny: (messageId, callId, reason) =>
      decide(false)(messageId, callId, reason === undefined ? {} : { reason }),
    select: (messageId, index) => {
      here.view.branchAt(messageId).select(index);
      here.chosen();
    },
    reveal: (nodeKey) => {
      if (here.view.reveal(nodeKey)) here.chosen();
    },
    loadOlder: () => here.older(),
    loadAll: (signal) => here.all(signal),
    search: (words) => here.find(words),
    typing: () => here.typing(),
    focus: (messageId) => here.focus(messageId),
    reconnect: () => here.reconnect(),
    dismiss: (noticeId) => here.dismiss(noticeId),
  };
}
