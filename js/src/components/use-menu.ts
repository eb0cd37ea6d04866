import { useMemo } from 'react';
import type { ConsoleActions, ConsoleState } from '../session/model';
import { copyText } from './clipboard';
import type { Toggles } from './header/header';
import type { MenuProps } from './header/menu';
import { stoppableOf, waitingOf } from './header/stopping';
import { transcriptOf } from './header/transcript';
import { useLatest } from './hooks';
import type { Notices } from './notices/use-notices';

/** What the menu offers. */
export function useMenu(
  state: ConsoleState,
  actions: ConsoleActions,
  notices: Notices,
  toggles: Toggles,
): MenuProps {
  const { openRuns, self, permits } = state;
  const now = useLatest({ state, notices });
  const waiting = waitingOf(state.messages, self).length;
  return useMemo(() => {
    const stops = (what: Promise<number>): void => now.current.notices.attemptStops(what);
    return {
      stoppable: stoppableOf(openRuns, self),
      waiting,
      cancel: permits.cancel,
      onCancelMine: () => stopMine(now.current.state, actions, now.current.notices),
      onCancelOf: (clientId) => stops(actions.cancelOf(clientId)),
      onCancelAll: () => stops(actions.cancelAll()),
      onCopy: () => {
        const { session, messages, runs, openRuns } = now.current.state;
        void copy(transcriptOf(session, messages, runs, openRuns), now.current.notices);
      },
      isNotifying: toggles.isNotifying,
      onNotify: toggles.toggleNotifying,
      onHelp: toggles.toggleHelp,
    };
  }, [actions, now, openRuns, permits.cancel, self, toggles, waiting]);
}

/** Takes back what no agent has begun, which its place in the conversation tells, and stops what one has. */
function stopMine(state: ConsoleState, actions: ConsoleActions, notices: Notices): void {
  const { messages, openRuns, self } = state;
  const takenBack = waitingOf(messages, self).map((inputId) => actions.withdraw(inputId));
  const stopped = Promise.all(takenBack).then(() => actions.cancelMine());
  if (stoppableOf(openRuns, self).mine > 0) notices.attemptStops(stopped);
  else notices.attempt(stopped);
}

async function copy(text: string, notices: Notices): Promise<void> {
  if (await copyText(text)) {
    notices.tell({ tone: 'success', text: 'The transcript of this branch is copied.' });
  } else {
    notices.tell({
      tone: 'error',
      text: 'The browser does not let this page copy.',
      hint: 'Allow the clipboard for it, or select the text by hand.',
    });
  }
}
