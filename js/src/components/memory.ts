/** What a console remembers while its page lives, however often it is drawn anew. Nothing of it is stored. */
export interface Memory {
  draft: string;
  height: number | undefined;
  treeWidth: number;
  isTreeOpen: boolean;
  wantsNotifications: boolean;
}

export function newMemory(): Memory {
  return {
    draft: '',
    height: undefined,
    treeWidth: 300,
    isTreeOpen: true,
    wantsNotifications: false,
  };
}
