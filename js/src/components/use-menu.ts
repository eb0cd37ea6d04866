import { useMemo } from 'react';
import type { ConsoleActions, ConsoleState } from '../session/model';
import { copyText } from './clipboard';
import type { Toggles } from './header/header';
import type { MenuProps } from './header/menu';
import { stoppableOf } from './header/stopping';
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
  return useMemo(() => {
    const stops = (what: Promise<number>): void => now.current.notices.attemptStops(what);
    return {
      stoppable: stoppableOf(openRuns, self),
      cancel: permits.cancel,
      onCancelMine: () => stops(actions.cancelMine()),
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
  }, [actions, now, openRuns, permits.cancel, self, toggles]);
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
