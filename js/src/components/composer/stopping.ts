import type { Permit } from '../../session/model';
import type { ShownRun } from '../../shown/model';
import { cancelText } from '../conversation/run-text';

/** What becomes of a press on a button that stops a Run. */
export interface Stopping {
  readonly isPossible: boolean;
  /** In the words of its tooltip. */
  readonly title: string;
}

/** Whether a Run can be asked to stop, and what has become of it if it was. */
export function stoppingOf(run: ShownRun, permit: Permit): Stopping {
  if (!permit.allowed) return { isPossible: false, title: permit.why };
  const before = cancelText(run);
  if (!before) return { isPossible: true, title: 'Stop this Run' };
  return run.cancel?.outcome === 'asked'
    ? { isPossible: false, title: `${before}. If it goes on, you can ask again in a moment` }
    : { isPossible: true, title: `${before}. Ask again` };
}
