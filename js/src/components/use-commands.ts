import { type RefObject, useMemo, useRef, useState } from 'react';
import type { ConsoleActions, ConsoleState, ConsoleStore } from '../session/model';
import { runInSight } from './composer/modes';
import type { Toggles } from './header/header';
import { useLatest } from './hooks';
import type { Command } from './keyboard/keys';
import type { Pane, Panes } from './layout';
import type { Memory } from './memory';
import type { Notices } from './notices/use-notices';
import type { Notifying } from './notices/use-notifying';
import type { Scroller } from './use-reveal';

interface Surroundings {
  readonly store: ConsoleStore;
  readonly state: ConsoleState;
  readonly memory: Memory;
  readonly root: RefObject<HTMLElement | null>;
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly scroller: RefObject<Scroller | null>;
  readonly panes: Panes;
  readonly notices: Notices;
  readonly notifying: Notifying;
  readonly isFull: boolean;
  readonly canFill: boolean;
  readonly onFull: (isFull: boolean) => void;
}

const TREE = '.ait-tree-drawing';

export interface Ui {
  readonly isTreeOpen: boolean;
  readonly isSearchOpen: boolean;
  readonly isHelpOpen: boolean;
  readonly pane: Pane;
  /** The keyboard goes there as soon as it is drawn. */
  readonly isTreeWanted: boolean;
  /** Shows the branch tree, and gives it the keyboard. */
  toTree(): void;
  setPane(pane: Pane): void;
  /** Whoever searches has been led to a message: it has the keyboard once the search is closed. */
  setFound(messageId: string): void;
  closeSearch(): void;
  closeHelp(): void;
}

export interface Commands {
  readonly ui: Ui;
  readonly toggles: Toggles;
  /** Returns whether there was anything to do. */
  run(command: Command): boolean;
}

/** What is open, and what the keys and the header's buttons do to it. */
export function useCommands(around: Surroundings): Commands {
  const { memory, root, isFull } = around;
  const [isTreeOpen, setTreeOpen] = useState(memory.isTreeOpen);
  const [pane, setPane] = useState<Pane>('conversation');
  const [isTreeWanted, setTreeWanted] = useState(false);
  const backToRoot = (): void => root.current?.focus({ preventScroll: true });
  const search = useSearching(around, backToRoot);
  const help = useHelp(backToRoot);
  const ui: Ui = {
    isTreeOpen,
    isSearchOpen: search.isOpen,
    isHelpOpen: help.isOpen,
    pane,
    isTreeWanted,
    toTree: () => {
      memory.isTreeOpen = true;
      setTreeOpen(true);
      setPane('branches');
      setTreeWanted(true);
      // Where it is drawn already, nothing is drawn that would take it.
      root.current?.querySelector<HTMLElement>(TREE)?.focus();
    },
    setPane,
    setFound: search.setFound,
    closeSearch: search.close,
    closeHelp: help.close,
  };
  const acts = useLatest({
    toggleTree: () => {
      if (around.panes === 'tabs') setPane(pane === 'branches' ? 'conversation' : 'branches');
      else {
        // What is taken away cannot keep the focus.
        if (document.activeElement?.closest('.ait-tree')) backToRoot();
        memory.isTreeOpen = !isTreeOpen;
        setTreeOpen(!isTreeOpen);
        setTreeWanted(false);
      }
    },
    toggleSearch: () => {
      setPane('conversation');
      if (search.isOpen) search.close();
      else search.open();
    },
    toggleNotifying: around.notifying.toggle,
    toggleFull: () => around.onFull(!isFull),
    toggleHelp: help.toggle,
  });
  const isNotifying = around.notifying.isOn;
  const isHelpOpen = help.isOpen;
  const isSearchOpen = search.isOpen;
  const toggles = useMemo<Toggles>(
    () => ({
      isTreeOpen,
      isSearchOpen,
      isNotifying,
      isFull,
      isHelpOpen,
      toggleTree: () => acts.current.toggleTree(),
      toggleSearch: () => acts.current.toggleSearch(),
      toggleNotifying: () => acts.current.toggleNotifying(),
      toggleFull: () => acts.current.toggleFull(),
      toggleHelp: () => acts.current.toggleHelp(),
    }),
    [acts, isTreeOpen, isSearchOpen, isNotifying, isFull, isHelpOpen],
  );
  return { ui, toggles, run: (command) => runCommand(command, around, ui, toggles) };
}

/** The search; when it closes, the keyboard is at the message that it has led to. */
function useSearching({ state, scroller }: Surroundings, backToRoot: () => void) {
  const [isOpen, setOpen] = useState(false);
  const found = useRef<string>(undefined);
  return {
    isOpen,
    open: () => setOpen(true),
    setFound: (messageId: string): void => {
      found.current = messageId;
    },
    close: (): void => {
      const to = found.current;
      found.current = undefined;
      setOpen(false);
      if (to !== undefined && state.messages.some(({ id }) => id === to)) {
        scroller.current?.focusOn(to);
      } else backToRoot();
    },
  };
}

/** The list of keys; when it closes, the keyboard is where it was before. */
function useHelp(backToRoot: () => void) {
  const [isOpen, setOpen] = useState(false);
  const before = useRef<Element>(null);
  const close = (): void => {
    setOpen(false);
    const { current } = before;
    if (current instanceof HTMLElement && current.isConnected) current.focus();
    else backToRoot();
  };
  const toggle = (): void => {
    if (isOpen) close();
    else {
      before.current = document.activeElement;
      setOpen(true);
    }
  };
  return { isOpen, close, toggle };
}

function runCommand(command: Command, around: Surroundings, ui: Ui, toggles: Toggles): boolean {
  switch (command) {
    case 'search':
      if (ui.isSearchOpen)
        around.root.current?.querySelector<HTMLElement>('.ait-search-field')?.focus();
      else toggles.toggleSearch();
      return true;
    case 'tree':
      if (isAtTree(around, ui)) toggles.toggleTree();
      else ui.toTree();
      return true;
    case 'help':
      toggles.toggleHelp();
      return true;
    case 'full':
      if (around.canFill) toggles.toggleFull();
      return around.canFill;
    case 'write':
      ui.setPane('conversation');
      around.field.current?.focus();
      return true;
    case 'conversation':
      ui.setPane('conversation');
      around.scroller.current?.focus();
      return true;
    case 'stop':
      return stopInSight(around.state, around.store.actions, around.notices);
    case 'leave':
      return leave(around, ui, toggles);
  }
}

/** Who is at the tree puts it away; one that is empty has nowhere to be. */
function isAtTree({ root, panes }: Surroundings, ui: Ui): boolean {
  const isShown = panes === 'tabs' ? ui.pane === 'branches' : ui.isTreeOpen;
  const drawing = root.current?.querySelector(TREE);
  return isShown && (!drawing || drawing === document.activeElement);
}

function stopInSight(state: ConsoleState, actions: ConsoleActions, notices: Notices): boolean {
  const run = runInSight(state.openRuns);
  if (!run) return false;
  if (state.permits.cancel.allowed) notices.attempt(actions.cancel(run.runId));
  else notices.tell({ tone: 'warning', text: state.permits.cancel.why });
  return true;
}

/** Closes what is uppermost. */
function leave(around: Surroundings, ui: Ui, toggles: Toggles): boolean {
  if (ui.isHelpOpen) ui.closeHelp();
  else if (ui.isSearchOpen) ui.closeSearch();
  else if (around.isFull) toggles.toggleFull();
  else return false;
  return true;
}
