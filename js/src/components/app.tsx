import { type CSSProperties, type ReactElement, useEffect, useRef, useState } from 'react';
import type { ConsoleStore } from '../session/model';
import { Boundary } from './boundary';
import { Console } from './console';
import { isForNotebook } from './keyboard/keys';
import { DEFAULT_HEIGHT, LEAST_HEIGHT } from './layout';
import type { Memory } from './memory';
import { Splitter } from './splitter';
import { type Theme, useTheme } from './theme';
import { keepTabInside, useFullWindow } from './use-full-window';

export interface AppProps {
  readonly store: ConsoleStore;
  /** Kept by whoever draws the console, so that it lasts longer than one drawing. */
  readonly memory: Memory;
  /** Undefined: as the surroundings are. */
  readonly theme?: Theme;
  /** In a cell it has a height and may fill the window; a page of its own it always fills. */
  readonly place?: 'cell' | 'page';
  /** In px, in a cell; 0 is the default. */
  readonly height?: number;
  /** Has whoever draws the console ask for a message to be shown; returns how to stop that. */
  readonly onReveal?: (listener: (messageId: string) => void) => () => void;
}

const MOST_HEIGHT = 2_000;

/** The console: one session, watched and steered. */
export function App(props: AppProps): ReactElement {
  const { store, memory, place = 'cell', onReveal } = props;
  const around = useTheme();
  const root = useRef<HTMLDivElement>(null);
  const [isFull, setFull] = useState(false);
  const [height, setHeight] = useHeight(memory, props.height);
  useFullWindow(root, isFull);
  const isCell = place === 'cell' && !isFull;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it keeps the keys of all that is in it.
    <div
      ref={root}
      className="ait"
      data-theme={props.theme ?? around}
      data-place={place}
      data-full={isFull || undefined}
      data-lm-suppress-shortcuts=""
      style={{ '--ait-height': `${height}px` } as CSSProperties}
      onKeyDown={(event) => {
        // What is typed here is not for the notebook around it.
        if (!isForNotebook(event)) event.stopPropagation();
        if (isFull) keepTabInside(event, event.currentTarget);
      }}
    >
      <Boundary what="the console">
        <Console
          store={store}
          memory={memory}
          root={root}
          isFull={isFull}
          canFill={place === 'cell'}
          onFull={setFull}
          {...(onReveal && { onReveal })}
        >
          {isCell && (
            <Splitter
              label="Height of the console"
              orientation="horizontal"
              value={height}
              least={LEAST_HEIGHT}
              most={MOST_HEIGHT}
              onChange={setHeight}
              onReset={() => setHeight(props.height || DEFAULT_HEIGHT)}
            />
          )}
        </Console>
      </Boundary>
    </div>
  );
}

/** The height that a person has given it; else the one that it was made with. */
function useHeight(memory: Memory, given = 0): [number, (height: number) => void] {
  const remembered = memory.height?.made === given ? memory.height.set : undefined;
  const [height, setHeight] = useState(remembered ?? (given || DEFAULT_HEIGHT));
  const made = useRef(given);
  useEffect(() => {
    if (made.current === given) return;
    made.current = given;
    setHeight(given || DEFAULT_HEIGHT);
  }, [given]);
  return [
    height,
    (to) => {
      memory.height = { set: to, made: given };
      setHeight(to);
    },
  ];
}
