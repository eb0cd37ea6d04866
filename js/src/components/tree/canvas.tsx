import {
  type KeyboardEvent,
  type MouseEvent,
  type ReactElement,
  type RefObject,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react';
import { Card } from './card';
import { Edges } from './edges';
import { Glyph } from './glyph';
import type { Place } from './layout';
import type { Drawn } from './use-layout';
import type { Viewing } from './use-view';
import { isInSight, pointOf, radiusIn } from './viewport';
import { type Step, walk } from './walk';
import { type Part, Words } from './words-layer';

const STEPS: Readonly<Record<string, Step>> = {
  ArrowUp: 'parent',
  ArrowDown: 'child',
  ArrowLeft: 'left',
  ArrowRight: 'right',
  Home: 'first',
  End: 'tip',
};
const PAN: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [0, 60],
  ArrowDown: [0, -60],
  ArrowLeft: [60, 0],
  ArrowRight: [-60, 0],
};
const ZOOM = 1.3;

export interface CanvasProps {
  readonly drawn: Drawn;
  readonly viewing: Viewing;
  readonly tip: string | undefined;
  readonly crashed: ReadonlySet<string>;
  readonly takesFocus: boolean;
  readonly onReveal: (key: string) => void;
}

/** The tree itself: one stop for the tab key, walked with the arrows. */
export function Canvas(props: CanvasProps): ReactElement {
  const { drawn, viewing, tip, crashed, takesFocus, onReveal } = props;
  const { layout } = drawn;
  const drawing = useFocused(takesFocus);
  const [walked, setWalked] = useState<string>();
  const [hovered, setHovered] = useState<string>();
  const [hasFocus, setFocus] = useState(false);
  const ids = useId();
  const current = walked !== undefined && layout.places.has(walked) ? walked : tip;
  const currentId = current === undefined ? undefined : layout.places.get(current)?.id;
  const isVisible = (place: Place): boolean =>
    place.key === current || isInSight(viewing.view, viewing.size, place);
  const places = [...layout.places.values()].filter(isVisible);
  const choose = (key: string): void => {
    setWalked(key);
    const node = drawn.nodeAt(key);
    if ((drawn.items.get(key)?.folded.length ?? 0) > 0) drawn.unfold(key);
    else if (node) onReveal(node.key);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!onTreeKey(event, viewing)) {
      const step = STEPS[event.key];
      if (current === undefined) return;
      if (event.key === 'Enter' || event.key === ' ') choose(current);
      else if (step) {
        const next = walk(layout, current, step, drawn.isOnPath);
        setWalked(next);
        viewing.bring(layout.places.get(next));
      } else return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  const onClick = (event: MouseEvent): void => {
    const key = keyAt(event);
    if (key !== undefined && !viewing.wasDragged()) choose(key);
  };
  const pointed = hovered ?? (hasFocus ? current : undefined);
  return (
    <>
      <div
        className="ait-tree-drawing"
        ref={drawing}
        role="tree"
        tabIndex={0}
        aria-label="Branches of the conversation"
        aria-multiselectable={true}
        aria-activedescendant={currentId === undefined ? undefined : `${ids}${currentId}`}
        onKeyDown={onKeyDown}
        onClick={onClick}
        onFocus={() => setFocus(true)}
        onBlur={() => setFocus(false)}
        onPointerOver={(event) => setHovered(keyAt(event))}
        onPointerLeave={() => setHovered(undefined)}
        {...viewing.drag}
      >
        <svg role="presentation">
          <Edges drawn={drawn} viewing={viewing} />
          {places.map((place) => (
            <PlacedGlyph
              key={place.key}
              id={`${ids}${place.id}`}
              place={place}
              drawn={drawn}
              viewing={viewing}
              isCrashed={crashed.has(place.key)}
              isTip={place.key === tip}
              isCurrent={hasFocus && place.key === current}
            />
          ))}
        </svg>
        <Words drawn={drawn} viewing={viewing} places={places} tip={tip} />
      </div>
      <PointedCard drawn={drawn} viewing={viewing} pointed={pointed} />
    </>
  );
}

function useFocused(takesFocus: boolean): RefObject<HTMLDivElement | null> {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (takesFocus) ref.current?.focus();
  }, [takesFocus]);
  return ref;
}

function onTreeKey(event: KeyboardEvent, viewing: Viewing): boolean {
  const by = PAN[event.key];
  if (event.shiftKey && by) viewing.pan(...by);
  else if (event.key === '+' || event.key === '=') viewing.zoom(ZOOM);
  else if (event.key === '-') viewing.zoom(1 / ZOOM);
  else if (event.key === '0') viewing.fit();
  else return false;
  return true;
}

function keyAt(event: { readonly target: EventTarget }): string | undefined {
  const { target } = event;
  if (!(target instanceof Element)) return undefined;
  return target.closest('[data-key]')?.getAttribute('data-key') ?? undefined;
}

interface PlacedGlyphProps extends Part {
  readonly id: string;
  readonly place: Place;
  readonly isCrashed: boolean;
  readonly isTip: boolean;
  readonly isCurrent: boolean;
}

function PlacedGlyph(props: PlacedGlyphProps): ReactElement | undefined {
  const { id, place, drawn, viewing, isCrashed, isTip, isCurrent } = props;
  const node = drawn.nodeAt(place.key);
  if (!node) return undefined;
  const folded = drawn.items.get(place.key)?.folded.length ?? 0;
  return (
    <Glyph
      id={id}
      itemKey={place.key}
      {...pointOf(viewing.view, place)}
      radius={radiusIn(viewing.view, drawn.layout)}
      node={node}
      folded={folded}
      isCrashed={isCrashed}
      isTip={isTip}
      isCurrent={isCurrent}
      level={place.depth + 1}
      hasChildren={place.children.length > 0}
    />
  );
}

function PointedCard(
  props: Part & { readonly pointed: string | undefined },
): ReactElement | undefined {
  const { drawn, viewing, pointed } = props;
  const place = pointed === undefined ? undefined : drawn.layout.places.get(pointed);
  const node = place && drawn.nodeAt(place.key);
  if (!place || !node) return undefined;
  return (
    <Card
      node={node}
      folded={drawn.items.get(place.key)?.folded.length ?? 0}
      y={pointOf(viewing.view, place).y}
      size={viewing.size}
    />
  );
}
