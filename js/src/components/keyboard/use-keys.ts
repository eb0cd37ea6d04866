import { type KeyboardEvent, type RefObject, useEffect } from 'react';
import { type Command, commandOf, isForNotebook, isWriting } from './keys';

/**
 * Hears the keys that are pressed in the console, and keeps them from the notebook around it. Where JupyterLab
 * acts on keys before they get here, it does not if it finds `data-lm-suppress-shortcuts` on the way to the target.
 */
export function useKeys(
  root: RefObject<HTMLElement | null>,
  run: (command: Command) => boolean,
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
  return (event) => {
    if (event.defaultPrevented || event.nativeEvent.isComposing) return;
    const command = commandOf(event, isWriting(event.target));
    if (command && run(command)) event.preventDefault();
  };
}
