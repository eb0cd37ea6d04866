/** The conversation as the official SDK's view gives it, with what this page adds for the screen. */

import type { ClientRun, RunInfo } from '@ably/ai-transport/react';
import { createToolResultFork, type VercelInput } from '@ably/ai-transport/vercel';
import type { UIMessage } from 'ai';
import { useState } from 'react';
import { codec, saying, useClientSession, useView } from './sdk';

const PAGE = 30;

export interface Line {
  readonly id: string;
  readonly message: UIMessage;
  readonly run: RunInfo | undefined;
  /** Nothing of its Run follows. */
  readonly isLastOfRun: boolean;
  readonly versions: { readonly index: number; readonly count: number; select(n: number): void };
}

export interface Conversation {
  readonly lines: readonly Line[];
  readonly hasOlder: boolean;
  readonly isLoading: boolean;
  readonly loadError: string | undefined;
  loadOlder(): void;
  /** An answer is on its way, or is being given. */
  readonly isAnswering: boolean;
  say(text: string): void;
  stop(): void;
  regenerate(id: string): void;
  edit(id: string, text: string): void;
  /** Both resolve to whether the channel has it. */
  decide(id: string, ...decision: Parameters<Decide>): Promise<boolean>;
  answer(id: string, ...answer: Parameters<Answer>): Promise<boolean>;
}

export type Decide = (callId: string, approved: boolean, reason: string) => Promise<boolean>;
export type Answer = (callId: string, output: unknown) => Promise<boolean>;

type Run = ClientRun<VercelInput, UIMessage>;

export function useConversation(onError: (error: unknown) => void): Conversation {
  const { session } = useClientSession({ onError });
  const view = useView({ limit: PAGE });
  const [asked, setAsked] = useState<Run>();
  const active = view.runs().find((run) => run.status === 'active');
  // Asked for, and no agent has taken it up yet.
  const waiting = asked && asked.runId === '' && asked.status === 'active' ? asked : undefined;

  const ask = async (asking: Promise<Run>): Promise<boolean> => {
    try {
      setAsked(await asking);
      return true;
    } catch (error) {
      onError(error);
      return false;
    }
  };
  const answerCall = async (id: string, callId: string, output: unknown): Promise<Run> => {
    const node = session.tree.getRunNode(view.runOf(id)?.runId ?? '');
    if (!node?.parentCodecMessageId) throw new Error('this question is not open any more');
    const { input, sendOptions } = createToolResultFork({
      runMessages: codec.getMessages(node.projection),
      parentCodecMessageId: node.parentCodecMessageId,
      toolCallId: callId,
      result: { output },
      supersedesRunId: node.runId,
    });
    return view.send(input, sendOptions);
  };
  const stop = async (): Promise<void> => {
    if (active) await session.cancel(active.runId);
    else await waiting?.cancel();
    setAsked(undefined);
  };

  return {
    lines: linesOf(view),
    hasOlder: view.hasOlder,
    isLoading: view.loading,
    loadError: view.loadError?.message,
    loadOlder: () => void view.loadOlder(),
    isAnswering: active !== undefined || waiting !== undefined,
    // Into an answer that is being given it is said as a word to it.
    say: (text) => void ask(view.send(saying(text), active ? { runId: active.runId } : {})),
    stop: () => void stop().catch(onError),
    regenerate: (id) => void ask(view.regenerate(id)),
    edit: (id, text) => void ask(view.edit(id, saying(text))),
    decide: (id, toolCallId, approved, reason) => {
      const decision = { toolCallId, approved, ...(reason ? { reason } : {}) };
      const runId = view.runOf(id)?.runId;
      const input = codec.createToolApprovalResponse(id, decision);
      return ask(view.send(input, runId ? { runId } : {}));
    },
    answer: (id, callId, output) => ask(answerCall(id, callId, output)),
  };
}

type View = ReturnType<typeof useView>;

function linesOf(view: View): Line[] {
  const runs = view.messages.map(({ codecMessageId }) => view.runOf(codecMessageId));
  return view.messages.map(({ codecMessageId: id, message }, place) => {
    const branch = view.branchSelection(id);
    return {
      id,
      message,
      run: runs[place],
      isLastOfRun: runs[place + 1]?.runId !== runs[place]?.runId,
      versions: {
        index: branch.index,
        count: branch.siblings.length,
        select: (n) => branch.select(n),
      },
    };
  });
}
