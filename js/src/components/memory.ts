import type { Aim } from './composer/modes';

/** Where one reads. */
export interface Place {
  /** Of the row at the top of what is in sight. */
  readonly key: string;
  /** How much of the row is above that, in px. */
  readonly offset: number;
  /** How many messages of the channel had been read by then. */
  readonly read: number;
}

/** What a console remembers while its page lives, however often it is drawn anew. Nothing of it is stored. */
export interface Memory {
  draft: string;
  /** What the draft is to be, and of which Run. */
  aim: Aim | undefined;
  /** In px, as a person has set it, and the height that the console was made with then. */
  height: { readonly set: number; readonly made: number } | undefined;
  treeWidth: number;
  isTreeOpen: boolean;
  wantsNotifications: boolean;
  /** Where in the conversation one reads; undefined at its end. */
  place: Place | undefined;
  /** What has been opened and half written in the conversation, by its place there. */
  readonly kept: Map<string, unknown>;
}

export function newMemory(): Memory {
  return {
    draft: '',
    aim: undefined,
    height: undefined,
    treeWidth: 300,
    isTreeOpen: true,
    wantsNotifications: false,
    place: undefined,
    kept: new Map(),
  };
}
