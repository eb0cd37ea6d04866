import type { ReactElement } from 'react';
import { statusText } from '../words';
import { labelsOf } from './labels';
import type { Place } from './layout';
import type { Drawn } from './use-layout';
import type { Viewing } from './use-view';

export interface Part {
  readonly drawn: Drawn;
  readonly viewing: Viewing;
}

/** Words beside the places that have room for them; those who hear the tree have them from the items. */
export function Words(
  props: Part & { readonly places: readonly Place[]; readonly tip: string | undefined },
): ReactElement {
  const { drawn, viewing, places, tip } = props;
  const weights = new Map(places.map(({ key }) => [key, weightOf(drawn, key)]));
  const weigh = (key: string): number => (key === tip ? Infinity : (weights.get(key) ?? 0));
  const labels = labelsOf(places, drawn.layout, viewing.view, viewing.size, weigh);
  return (
    <div className="ait-tree-words" aria-hidden="true">
      {labels.map(({ key, x, y, width }) => {
        const node = drawn.nodeAt(key);
        const folded = drawn.items.get(key)?.folded.length ?? 0;
        const words = node?.label || (node?.status ? statusText(node.status) : '');
        return (
          <span
            key={key}
            className="ait-tree-label"
            data-key={key}
            data-kind={folded > 0 ? 'chain' : node?.kind}
            data-path={node?.isOnPath || undefined}
            style={{
              maxWidth: width,
              transform: `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px) translateY(-50%)`,
            }}
          >
            <bdi>{folded > 0 ? `${folded} more` : words}</bdi>
          </span>
        );
      })}
    </div>
  );
}

/** How much it matters that a place has words, where not all can have them. */
function weightOf(drawn: Drawn, key: string): number {
  const node = drawn.nodeAt(key);
  const place = drawn.layout.places.get(key);
  if (!node || !place) return 0;
  const isOpen = node.status === 'active' || node.status === 'suspended';
  const isVersion = node.version !== undefined && node.version.count > 1;
  return (
    (isOpen ? 16 : 0) +
    (node.isOnPath ? 8 : 0) +
    (isVersion ? 4 : 0) +
    (place.children.length === 0 ? 2 : 0) +
    (node.kind === 'input' ? 1 : 0)
  );
}
