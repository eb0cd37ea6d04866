/** The conversation as the official SDK's view gives it, with what this page adds for the screen. */

import type { RunInfo } from '@ably/ai-transport/react';
import { createToolResultFork } from '@ably/ai-transport/vercel';
import type { UIMessage } from 'ai';
import { useState } from 'react';
import { useGone } from './gone';
import type { Member } from './presence';
import { codec, saying, useClientSession, useView } from './sdk';
import { type Asked, isWaiting, type Run } from './waiting';

const PAGE = 30;

export interface Line {
  readonly id: string;
  readonly message: UIMessage;
  readonly run: RunInfo | undefined;
  /** Nothing of its Run follows. */
  readonly isLastOfRun: boolean;
  /** It was said into the Run, and did not begin it. */
  readonly isSteer: boolean;
  /** The agent of its Run is not here any more. */
  readonly isLeft: boolean;
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

export function useConversation(
  onError: (error: unknown) => void,
  others: readonly Member[],
): Conversation {
  const { session } = useClientSession({ onError });
  const view = useView({ limit: PAGE });
  const [asked, setAsked] = useState<Asked>();
  const open = view.runs().filter((run) => run.status === 'active');
  const isGone = useGone(
    others,
    open.map((run) => run.runId),
  );
  const active = open.findLast((run) => !isGone(run.runId));
  const isLeft = open.length > 0 && active === undefined;
  const isAsked = asked !== undefined && isWaiting(asked, (runId) => view.run(runId)?.status);

  const ask = async (asking: Promise<Run>, into?: string): Promise<boolean> => {
    try {
      setAsked({ run: await asking, into });
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
    else if (isAsked) await asked.run.cancel();
    setAsked(undefined);
  };

  return {
    lines: linesOf(view, session.tree, isGone),
    hasOlder: view.hasOlder,
    isLoading: view.loading,
    loadError: view.loadError?.message,
    loadOlder: () => void view.loadOlder(),
    isAnswering: active !== undefined || (isAsked && !isLeft),
    say: (text) => {
      // Into an answer that is being given it is said as a word to it, and asks for nothing new.
      if (active) view.send(saying(text), { runId: active.runId }).catch(onError);
      else void ask(view.send(saying(text)));
    },
    stop: () => void stop().catch(onError),
    regenerate: (id) => void ask(view.regenerate(id)),
    edit: (id, text) => void ask(view.edit(id, saying(text))),
    decide: (id, toolCallId, approved, reason) => {
      const decision = { toolCallId, approved, ...(reason ? { reason } : {}) };
      const runId = view.runOf(id)?.runId;
      const input = codec.createToolApprovalResponse(id, decision);
      return ask(view.send(input, runId ? { runId } : {}), runId);
    },
    answer: (id, callId, output) => ask(answerCall(id, callId, output)),
  };
}

type View = ReturnType<typeof useView>;
type Tree = ReturnType<typeof useClientSession>['session']['tree'];

function linesOf(view: View, tree: Tree, isGone: (runId: string) => boolean): Line[] {
  const runs = view.messages.map(({ codecMessageId }) => view.runOf(codecMessageId));
  return view.messages.map(({ codecMessageId: id, message }, place) => {
    const branch = view.branchSelection(id);
    const run = runs[place];
    return {
      id,
      message,
      run,
      isLastOfRun: runs[place + 1]?.runId !== run?.runId,
      isSteer: message.role === 'user' && tree.getNodeByCodecMessageId(id)?.kind === 'run',
      isLeft: run?.status === 'active' && isGone(run.runId),
      versions: {
        index: branch.index,
        count: branch.siblings.length,
        select: (n) => branch.select(n),
      },
    };
  });
}
