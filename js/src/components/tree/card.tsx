import type { ReactElement } from 'react';
import type { GraphNode } from '../../shown/model';
import { clockText, counted } from '../format';
import type { Size } from '../hooks';
import { nameOf } from '../names';
import { Avatar } from '../people/avatar';
import { statusText } from '../words';

const NEAR = 140;

export interface CardProps {
  readonly node: GraphNode;
  readonly folded: number;
  readonly y: number;
  readonly size: Size;
}

/** More about a place that one points at or walks to, at the end of the panel where it hides no neighbour. */
export function Card({ node, folded, y, size }: CardProps): ReactElement {
  const isNear = y > size.height - NEAR;
  return (
    <div className="ait-card" data-at={isNear ? 'top' : 'bottom'} aria-hidden="true">
      <div className="ait-card-head">
        <Avatar author={node.author} isAgent={node.kind === 'run'} />
        <bdi className="ait-strong">{nameOf(node.author)}</bdi>
        <span className="ait-space" />
        {node.at !== undefined && <span className="ait-quiet">{clockText(node.at)}</span>}
      </div>
      <p className="ait-card-words">
        <bdi>{node.label || 'Nothing said yet'}</bdi>
      </p>
      <p className="ait-quiet">
        {folded > 0 ? `${counted(folded, 'node')} folded; click to unfold` : whatOf(node)}
      </p>
    </div>
  );
}

function whatOf(node: GraphNode): string {
  const version = node.version
    ? `, version ${node.version.index + 1} of ${node.version.count}`
    : '';
  return `${node.status ? `Reply: ${statusText(node.status)}` : 'Message'}${version}`;
}
