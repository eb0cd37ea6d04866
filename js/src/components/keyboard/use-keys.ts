import { type KeyboardEvent, type RefObject, useEffect } from 'react';
import { useLatest } from '../hooks';
import { type Command, commandOf, isForNotebook, isWriting } from './keys';

/**
 * Hears the keys that are pressed in the console, and keeps them from the notebook around it. Where JupyterLab
 * acts on keys before they get here, it does not if it finds `data-lm-suppress-shortcuts` on the way to the target.
 * Where the console is the whole page, it hears them also while nothing has the focus.
 */
export function useKeys(
  root: RefObject<HTMLElement | null>,
  run: (command: Command) => boolean,
  isWholePage: boolean,
): (event: KeyboardEvent) => void {
  useEffect(() => {
    const element = root.current;
    const onFirst = (event: globalThis.KeyboardEvent): void => {
      element?.toggleAttribute('data-lm-suppress-shortcuts', !isForNotebook(event));
    };
    // On the window, as this must be before JupyterLab's own listener on the document.
    window.addEventListener('keydown', onFirst, true);
    return () => window.removeEventListener('keydown', onFirst, true);
  }, [root]);
  const hear = (event: globalThis.KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing) return;
    const command = commandOf(event, isWriting(event.target));
    if (command && run(command)) event.preventDefault();
  };
  const latest = useLatest(hear);
  useEffect(() => {
    if (!isWholePage) return;
    const onUnfocused = (event: globalThis.KeyboardEvent): void => {
      if (event.target === document.body) latest.current(event);
    };
    document.addEventListener('keydown', onUnfocused);
    return () => document.removeEventListener('keydown', onUnfocused);
  }, [isWholePage, latest]);
  return ({ nativeEvent }) => hear(nativeEvent);
}
