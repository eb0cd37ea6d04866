import { useEffect, useRef, useState } from 'react';
import type { ConsoleState, ConsoleStore } from '../../session/model';
import { useLatest } from '../hooks';
import type { Memory } from '../memory';
import { visibleName } from '../visible';
import { happeningsOf } from './happenings';

export interface Notifying {
  readonly isOn: boolean;
  toggle(): void;
}

/**
 * The browser's own notifications, for what happens while nobody can see the console. They follow the store
 * and not the screen, as a hidden tab draws nothing.
 */
export function useNotifying(
  store: ConsoleStore,
  memory: Memory,
  onRefused: (why: string) => void,
  onOpen: (runId: string) => void,
): Notifying {
  const [isOn, setOn] = useState(memory.wantsNotifications);
  const set = (wanted: boolean): void => {
    memory.wantsNotifications = wanted;
    setOn(wanted);
  };
  const open = useLatest(onOpen);
  const refuse = useLatest((why: string) => {
    onRefused(why);
    set(false);
  });
  const seen = useRef<ConsoleState>(undefined);
  useEffect(() => {
    if (!isOn) return;
    const since = Date.now();
    seen.current = store.getState();
    return store.subscribe(() => {
      const before = seen.current;
      const after = store.getState();
      seen.current = after;
      if (!before || !document.hidden) return;
      for (const { runId, text } of happeningsOf(before.runs, after.runs, after.messages, since)) {
        const refusal = notify(after.session, runId, text, () => open.current(runId));
        if (refusal) refuse.current(refusal);
      }
    });
  }, [isOn, store, open, refuse]);
  const ask = async (): Promise<void> => {
    const refusal = await askPermission();
    if (refusal) onRefused(refusal);
    set(refusal === undefined);
  };
  return { isOn, toggle: () => (isOn ? set(false) : void ask()) };
}

const NONE = 'This browser has no notifications for pages like this.';

/** Returns why it could not be shown; undefined where it is. */
function notify(title: string, runId: string, body: string, open: () => void): string | undefined {
  try {
    const notification = new Notification(visibleName(title), { body, tag: `ait ${runId}` });
    notification.onclick = () => {
      window.focus();
      open();
      notification.close();
    };
    return undefined;
  } catch {
    // Phones have the name, and refuse it to pages.
    return NONE;
  }
}

/** Why there can be no notifications; undefined where they are allowed. */
async function askPermission(): Promise<string | undefined> {
  if (!('Notification' in window)) return NONE;
  if ((await Notification.requestPermission()) === 'granted') return undefined;
  return 'The browser does not allow notifications here. Its settings for this page can change that.';
}
