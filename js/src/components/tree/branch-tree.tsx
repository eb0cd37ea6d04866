import { memo, type ReactElement, useRef } from 'react';
import type { Graph, ShownRun } from '../../shown/model';
import { IconButton } from '../button';
import { counted } from '../format';
import { useThrottled } from '../hooks';
import { Canvas } from './canvas';
import { useLayout } from './use-layout';
import { useView, type Viewing } from './use-view';
import { tipOf } from './walk';

const CALM_MS = 80;
const ZOOM = 1.4;

export interface BranchTreeProps {
  readonly graph: Graph;
  readonly openRuns: readonly ShownRun[];
  /** It has the keyboard as soon as it is drawn. */
  readonly takesFocus?: boolean;
  readonly onReveal: (nodeKey: string) => void;
}

/** All branches of the conversation at once. */
export const BranchTree = memo(function BranchTree(props: BranchTreeProps): ReactElement {
  const graph = useThrottled(props.graph, CALM_MS);
  const openRuns = useThrottled(props.openRuns, CALM_MS);
  const canvas = useRef<HTMLDivElement>(null);
  const drawn = useLayout(graph);
  const tip = tipOf(drawn.layout, drawn.isOnPath);
  const place = tip === undefined ? undefined : drawn.layout.places.get(tip);
  const viewing = useView(canvas, drawn.layout, place);
  const tips = [...drawn.layout.places.values()].filter((at) => at.children.length === 0).length;
  return (
    <section className="ait-tree" aria-label="Branch tree">
      <div className="ait-tree-head">
        <h3>{graph.length > 0 ? counted(tips, 'branch', 'branches') : 'Branches'}</h3>
        <span className="ait-quiet">{graph.length > 0 && counted(graph.length, 'node')}</span>
        <span className="ait-space" />
        {viewing && graph.length > 0 && <ViewButtons viewing={viewing} />}
      </div>
      <div className="ait-tree-canvas" ref={canvas}>
        {graph.length === 0 && (
          <p className="ait-tree-empty">Each message and each reply shows here.</p>
        )}
        {viewing && graph.length > 0 && (
          <Canvas
            drawn={drawn}
            viewing={viewing}
            tip={tip}
            crashed={crashedOf(openRuns)}
            takesFocus={props.takesFocus === true}
            onReveal={props.onReveal}
          />
        )}
      </div>
    </section>
  );
});

function crashedOf(openRuns: readonly ShownRun[]): ReadonlySet<string> {
  const crashed = openRuns.filter(({ health }) => health?.verdict === 'crashed');
  return new Set(crashed.map(({ runId }) => runId));
}

function ViewButtons({ viewing }: { readonly viewing: Viewing }): ReactElement {
  return (
    <div className="ait-tree-buttons">
      <IconButton
        icon="minus"
        label="Zoom out"
        shortcut="-"
        onClick={() => viewing.zoom(1 / ZOOM)}
      />
      <IconButton icon="plus" label="Zoom in" shortcut="+" onClick={() => viewing.zoom(ZOOM)} />
      <IconButton icon="fit" label="Show the whole tree" shortcut="0" onClick={viewing.fit} />
      <IconButton
        icon="tip"
        label="Follow the selected branch"
        aria-pressed={viewing.isFollowing}
        onClick={viewing.follow}
      />
    </div>
  );
}
