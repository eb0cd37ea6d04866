import { type CSSProperties, type ReactElement, type ReactNode, useState } from 'react';
import type { Pane } from './layout';
import { type Panes, treeWidths, within } from './layout';
import type { Memory } from './memory';
import { Splitter } from './splitter';

export interface BodyProps {
  readonly panes: Panes;
  readonly width: number;
  readonly isTreeOpen: boolean;
  readonly pane: Pane;
  readonly memory: Memory;
  readonly onPane: (pane: Pane) => void;
  readonly conversation: ReactNode;
  readonly tree: ReactNode;
}

const TABS: readonly (readonly [Pane, string])[] = [
  ['conversation', 'Conversation'],
  ['branches', 'Branches'],
];

/** The conversation and its branches: side by side, or in turns where it is narrow. */
export function Body(props: BodyProps): ReactElement {
  return props.panes === 'tabs' ? <Tabs {...props} /> : <SideBySide {...props} />;
}

function SideBySide({ width, isTreeOpen, memory, conversation, tree }: BodyProps): ReactElement {
  const [wanted, setWanted] = useState(memory.treeWidth);
  const { least, most } = treeWidths(width);
  const treeWidth = within(wanted, least, most);
  const set = (value: number): void => {
    memory.treeWidth = value;
    setWanted(value);
  };
  return (
    <div className="ait-body" style={{ '--ait-tree-width': `${treeWidth}px` } as CSSProperties}>
      <div className="ait-pane">{conversation}</div>
      {isTreeOpen && (
        <>
          <Splitter
            label="Width of the branch tree"
            orientation="vertical"
            isReversed
            value={treeWidth}
            least={least}
            most={most}
            onChange={set}
            onReset={() => set(300)}
          />
          <div className="ait-pane ait-pane-tree">{tree}</div>
        </>
      )}
    </div>
  );
}

/** Both panes keep their size while one is hidden, so that each is as it was left. */
function Tabs({ pane, onPane, conversation, tree }: BodyProps): ReactElement {
  return (
    <div className="ait-body ait-body-tabs">
      <div className="ait-tabs" role="tablist" aria-label="What is shown">
        {TABS.map(([name, label]) => (
          <button
            key={name}
            type="button"
            role="tab"
            className="ait-tab"
            aria-selected={pane === name}
            tabIndex={pane === name ? 0 : -1}
            onClick={() => onPane(name)}
            onKeyDown={(event) => {
              if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
              const other = name === 'conversation' ? 'branches' : 'conversation';
              onPane(other);
              const next =
                event.currentTarget.parentElement?.querySelector<HTMLElement>('[tabindex="-1"]');
              next?.focus();
            }}
          >
            {label}
          </button>
        ))}
      </div>
      <div className="ait-stack">
        <div
          className="ait-pane"
          role="tabpanel"
          aria-label="Conversation"
          data-hidden={pane !== 'conversation' || undefined}
        >
          {conversation}
        </div>
        <div
          className="ait-pane ait-pane-tree"
          role="tabpanel"
          aria-label="Branches"
          data-hidden={pane !== 'branches' || undefined}
        >
          {tree}
        </div>
      </div>
    </div>
  );
}
