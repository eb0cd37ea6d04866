import type { Aim } from './composer/modes';

/** What a console remembers while its page lives, however often it is drawn anew. Nothing of it is stored. */
export interface Memory {
  draft: string;
  /** What the draft is to be, and of which Run. */
  aim: Aim | undefined;
  height: number | undefined;
  treeWidth: number;
  isTreeOpen: boolean;
  wantsNotifications: boolean;
}

export function newMemory(): Memory {
  return {
    draft: '',
    aim: undefined,
    height: undefined,
    treeWidth: 300,
    isTreeOpen: true,
    wantsNotifications: false,
  };
}
