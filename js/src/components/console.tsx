import {
  type ReactElement,
  type ReactNode,
  type RefObject,
  useEffect,
  useRef,
  useState,
} from 'react';
import type { ConsoleStore } from '../session/model';
import { Body } from './body';
import { Boundary } from './boundary';
import { isAboutConnection } from './empty';
import { ConnectionBanner } from './header/banner';
import { Header } from './header/header';
import { useConsole, useLatest, useSize } from './hooks';
import { KeyboardHelp } from './keyboard/help';
import { useKeys } from './keyboard/use-keys';
import { type Panes, panesAt } from './layout';
import type { Memory } from './memory';
import { Toasts } from './notices/toasts';
import { useNotices } from './notices/use-notices';
import { useNotifying } from './notices/use-notifying';
import { Talk } from './talk';
import { BranchTree } from './tree/branch-tree';
import { useCommands } from './use-commands';
import { useFocusNet } from './use-focus-net';
import { useMenu } from './use-menu';
import { type Scroller, useReveal } from './use-reveal';

export interface ConsoleProps {
  readonly store: ConsoleStore;
  readonly memory: Memory;
  readonly root: RefObject<HTMLElement | null>;
  readonly isFull: boolean;
  readonly canFill: boolean;
  readonly onFull: (isFull: boolean) => void;
  readonly onReveal?: (listener: (messageId: string) => void) => () => void;
  /** What stands below all of it. */
  readonly children?: ReactNode;
}

/** All parts of the console, and what each has to do with the others. */
export function Console(props: ConsoleProps): ReactElement {
  const frame = useRef<HTMLDivElement>(null);
  const width = useSize(frame)?.width;
  const panes = panesAt(width);
  const parts = useParts(props, frame, panes);
  const { state, notices, ui } = parts;
  return (
    <section
      className="ait-frame"
      aria-label="Session console"
      data-live={state.connection.phase === 'live' || undefined}
      ref={frame}
      tabIndex={-1}
      onKeyDown={parts.onKeyDown}
    >
      <Header
        session={state.session}
        codec={state.codec}
        connection={state.connection}
        read={state.history.read}
        members={state.members}
        permits={state.permits}
        canSplit={panes === 'side by side'}
        canFill={props.canFill}
        toggles={parts.toggles}
        menu={parts.menu}
      />
      <ConnectionBanner
        connection={state.connection}
        isSaidElsewhere={isAboutConnection(state)}
        onReconnect={() => props.store.actions.reconnect()}
      />
      <div className="ait-main">
        <Body
          panes={panes}
          width={width ?? 0}
          isTreeOpen={ui.isTreeOpen}
          pane={ui.pane}
          memory={props.memory}
          onPane={ui.setPane}
          conversation={<Said {...props} parts={parts} />}
          tree={<Branches parts={parts} />}
        />
        <Toasts notices={notices.all} onDismiss={notices.dismiss} onReveal={parts.revealRun} />
      </div>
      {props.children}
      {ui.isHelpOpen && <KeyboardHelp onClose={ui.closeHelp} />}
    </section>
  );
}

type Parts = ReturnType<typeof useParts>;

function useParts(props: ConsoleProps, frame: RefObject<HTMLElement | null>, panes: Panes) {
  const { store, memory, root } = props;
  const { actions } = store;
  const state = useConsole(store);
  const scroller = useRef<Scroller>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const notices = useNotices(state.notices, actions);
  const reveal = useReveal(state, actions, scroller);
  const revealRun = (runId: string): void => {
    const run = store.getState().runs.get(runId);
    if (run) reveal.run(run);
  };
  const notifying = useNotifying(
    store,
    memory,
    (why) => notices.tell({ tone: 'warning', text: why }),
    revealRun,
  );
  const around = { ...props, root: frame, state, notices, notifying, panes, field, scroller };
  const { ui, toggles, run } = useCommands(around);
  const onKeyDown = useKeys(root, run, !props.canFill);
  const menu = useMenu(state, actions, notices, toggles);
  useAskedReveal(props.onReveal, reveal.message);
  useFocusNet(frame);
  return {
    state,
    frame,
    notices,
    reveal,
    revealRun,
    ui,
    toggles,
    menu,
    onKeyDown,
    scroller,
    field,
  };
}

function Said({ store, memory, parts }: ConsoleProps & { readonly parts: Parts }): ReactElement {
  return (
    <Talk
      state={parts.state}
      actions={store.actions}
      memory={memory}
      notices={parts.notices}
      reveal={parts.reveal}
      scroller={parts.scroller}
      field={parts.field}
      isSearching={parts.ui.isSearchOpen}
      onFind={parts.ui.setFound}
      onCloseSearch={parts.ui.closeSearch}
      onLeaveField={() => parts.frame.current?.focus({ preventScroll: true })}
    />
  );
}

function Branches({ parts }: { readonly parts: Parts }): ReactElement {
  const latest = useLatest(parts);
  const [onReveal] = useState(() => (key: string) => {
    latest.current.ui.setPane('conversation');
    latest.current.reveal.node(key);
  });
  return (
    <Boundary what="the branch tree">
      <BranchTree
        graph={parts.state.graph}
        openRuns={parts.state.openRuns}
        takesFocus={parts.ui.isTreeWanted}
        onReveal={onReveal}
      />
    </Boundary>
  );
}

function useAskedReveal(
  subscribe: ConsoleProps['onReveal'],
  reveal: (messageId: string) => void,
): void {
  const latest = useLatest(reveal);
  const [listener] = useState(() => (messageId: string) => latest.current(messageId));
  useEffect(() => subscribe?.(listener), [subscribe, listener]);
}
