import { type RefObject, useEffect, useState } from 'react';
import type { ConsoleActions, ConsoleState } from '../session/model';
import type { ShownRun } from '../shown/model';

/** What the frame asks of the conversation. */
export interface Scroller {
  /** Shows a message of the selected path, and marks it for a moment. */
  scrollTo(messageId: string): void;
  /** Goes to the end, and stays there. */
  scrollToEnd(): void;
  /** Gives it the keyboard. */
  focus(): void;
  /** Gives a message of the selected path the keyboard. */
  focusOn(messageId: string): void;
}

interface Wanted {
  readonly nodeKey: string | undefined;
  readonly messageId: string | undefined;
}

export interface Revealing {
  node(nodeKey: string, messageId?: string): void;
  run(run: ShownRun): void;
  message(messageId: string): void;
}

/** Shows the branch that something is on, and once it is there scrolls the conversation to it. */
export function useReveal(
  state: ConsoleState,
  actions: ConsoleActions,
  scroller: RefObject<Scroller | null>,
): Revealing {
  const [wanted, setWanted] = useState<Wanted>();
  useEffect(() => {
    if (!wanted) return;
    const messageId = messageOf(wanted, state);
    if (messageId === undefined || !scroller.current) return;
    scroller.current.scrollTo(messageId);
    setWanted(undefined);
  }, [wanted, state, scroller]);
  const node = (nodeKey: string, messageId?: string): void => {
    actions.reveal(nodeKey);
    setWanted({ nodeKey, messageId });
  };
  return {
    node,
    run: (run) => node(run.runId),
    message: (messageId) => {
      const isShown = state.messages.some(({ id }) => id === messageId);
      if (isShown) setWanted({ nodeKey: undefined, messageId });
      else node(messageId, messageId);
    },
  };
}

function messageOf({ nodeKey, messageId }: Wanted, state: ConsoleState): string | undefined {
  const node = nodeKey === undefined ? undefined : state.graph.find(({ key }) => key === nodeKey);
  const id = messageId ?? (node?.isOnPath ? node.messageId : undefined);
  return state.messages.some((message) => message.id === id) ? id : undefined;
}
