import { memo, type ReactElement } from 'react';
import type { GraphNode, RunStatus } from '../../shown/model';
import { nodeText } from '../words';

export interface GlyphProps {
  readonly id: string;
  readonly itemKey: string;
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly node: GraphNode;
  /** How many nodes are folded into it; 0 for one that stands for itself. */
  readonly folded: number;
  /** Its agent is gone, and it may never end. */
  readonly isCrashed: boolean;
  readonly isTip: boolean;
  readonly isCurrent: boolean;
  readonly level: number;
  readonly hasChildren: boolean;
}

const MARKS: Readonly<Record<RunStatus | 'crashed', string>> = {
  active: '',
  suspended: 'M-1.6-2.6v5.2M1.6-2.6v5.2',
  complete: 'M-3 .2l2 2.2 4-4.4',
  cancelled: 'M-2.5 0h5',
  error: 'M0-3v3.6M0 2.7v.1',
  crashed: 'M-2.2-2.2l4.4 4.4M2.2-2.2l-4.4 4.4',
};
const MARKED_FROM = 6;

/** One place of the tree: square for an input, round for a Run, a pill for what is folded. */
export const Glyph = memo(function Glyph(props: GlyphProps): ReactElement {
  const { id, itemKey, x, y, radius, node, folded, isTip, isCurrent, level } = props;
  const isChain = folded > 0;
  const kind = isChain ? 'chain' : node.kind;
  const status = isChain ? undefined : props.isCrashed ? 'crashed' : node.status;
  return (
    <g
      id={id}
      className="ait-node"
      role="treeitem"
      aria-label={
        isChain
          ? `${folded} more`
          : `${nodeText(node)}${props.isCrashed ? ', whose agent is gone' : ''}`
      }
      aria-level={level}
      aria-selected={node.isOnPath}
      aria-expanded={isChain ? false : props.hasChildren || undefined}
      aria-current={isTip || undefined}
      data-key={itemKey}
      data-kind={kind}
      data-status={status}
      data-path={node.isOnPath || undefined}
      data-current={isCurrent || undefined}
      transform={`translate(${x.toFixed(1)} ${y.toFixed(1)})`}
    >
      <rect className="ait-node-target" x={-11} y={-11} width={22} height={22} />
      {isCurrent && <circle className="ait-node-ring" r={radius + 4} />}
      {status === 'active' && <circle className="ait-node-pulse" r={radius} />}
      <Shape kind={kind} radius={radius} />
      {status && radius >= MARKED_FROM && <path className="ait-node-mark" d={MARKS[status]} />}
    </g>
  );
});

interface ShapeProps {
  readonly kind: GraphNode['kind'] | 'chain';
  readonly radius: number;
}

function Shape({ kind, radius }: ShapeProps): ReactElement {
  if (kind === 'run') return <circle className="ait-node-shape" r={radius} />;
  const half =
    kind === 'chain' ? { x: radius * 0.55, y: radius } : { x: radius * 0.82, y: radius * 0.82 };
  return (
    <rect
      className="ait-node-shape"
      x={-half.x}
      y={-half.y}
      width={half.x * 2}
      height={half.y * 2}
      rx={kind === 'chain' ? half.x : radius * 0.3}
    />
  );
}
