/** How a tree can be told of a session. Its twin is tests/cases/telling.py. */

import { type CodecName, codecNamed } from '../../src/codec/codecs';
import { Tree } from '../../src/tree/tree';
import type { View } from '../../src/tree/view';
import { digest } from './digest';
import { shown } from './shown';

export type Wire = object;

/** One by one, with a look at the view that is always open after each; or at once. */
export type Step = { readonly apply: readonly Wire[] } | { readonly load: readonly Wire[] };

/**
 * Returns what a tree shows in the end, and `seen`: what a view did that was always open.
 *
 * That is a digest for each message that was applied, and for each time that some were loaded.
 */
export function told(name: CodecName, steps: readonly Step[]) {
  const codec = codecNamed(name);
  const tree = new Tree(codec);
  const view = tree.view();
  const seen: string[] = [];
  for (const step of steps) {
    if ('load' in step) {
      tree.load(step.load);
      seen.push(seenIn(view));
      continue;
    }
    for (const message of step.apply) {
      tree.apply(message);
      seen.push(seenIn(view));
    }
  }
  return { shown: shown(tree, codec), seen };
}

function seenIn(view: View): string {
  return digest({
    messages: view.messages.map(({ codecMessageId, message }) => [codecMessageId, message]),
    runs: view.runs.map(({ runId, status }) => [runId, status]),
  });
}
