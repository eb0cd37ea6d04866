/** What is on screen, as plain values: made by `shown/` from the fold, drawn by `components/`. */

export type RunStatus = 'active' | 'suspended' | 'complete' | 'cancelled' | 'error';
export type Verdict = 'working' | 'stalled' | 'crashed';

/** Where a tool call stands; the words are the AI SDK's. */
export type CallState =
  | 'input-streaming'
  | 'input-available'
  | 'approval-requested'
  | 'approval-responded'
  | 'output-available'
  | 'output-error'
  | 'output-denied';

export interface TextPart {
  readonly kind: 'text' | 'reasoning';
  readonly text: string;
  readonly isStreaming: boolean;
}

/** What a person said to a tool call: a decision on it, or its result. */
export interface CallAnswer {
  readonly kind: 'approved' | 'denied' | 'result' | 'error';
  readonly by: Author;
  /** In ms since 1970, as the server says. */
  readonly at?: number;
  readonly reason?: string;
  /** What they put in the place of the model's arguments. */
  readonly arguments?: unknown;
  /** Whether the agent went on with this one, where there are several and that is known. */
  readonly isCounted?: boolean;
}

export interface ToolPart {
  readonly kind: 'tool';
  readonly callId: string;
  readonly name: string;
  readonly title?: string;
  readonly state: CallState;
  /** The arguments as far as they have come, while they stream in. */
  readonly inputText?: string;
  readonly input?: unknown;
  readonly output?: unknown;
  /** The output is not the last one. */
  readonly isPreliminary?: boolean;
  readonly error?: string;
  readonly approval?: {
    readonly isApproved?: boolean;
    readonly reason?: string;
    /** What a person put in the place of the model's arguments. */
    readonly arguments?: unknown;
  };
  /** Nobody has said yet what only a person can say: the call's result, or a decision. */
  readonly awaits?: 'answer' | 'approval';
  /** In the order of the channel. */
  readonly answers?: readonly CallAnswer[];
}

export interface FilePart {
  readonly kind: 'file';
  readonly mediaType: string;
  readonly name?: string;
  readonly url: string;
}

export interface SourcePart {
  readonly kind: 'source';
  readonly title?: string;
  readonly url?: string;
  readonly mediaType?: string;
  readonly fileName?: string;
}

export interface DataPart {
  readonly kind: 'data';
  readonly name: string;
  readonly data: unknown;
}

/** One step of the agent ends here, and the next begins. */
export interface StepMark {
  readonly kind: 'step';
}

/** What no codec of ours knows; shown as JSON. */
export interface OtherPart {
  readonly kind: 'other';
  readonly name: string;
  readonly value: unknown;
}

export type ShownPart =
  | TextPart
  | ToolPart
  | FilePart
  | SourcePart
  | DataPart
  | StepMark
  | OtherPart;

export interface Author {
  /** As the server verified it. Empty where a message has none. */
  readonly clientId: string;
  /** The role in the token's claim; undefined where no token says one. */
  readonly role?: string;
  /** What else the token says, such as a plan or a tenant. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** What the message itself says, and nobody has verified. */
  readonly says?: string;
}

/** An answer that somebody asked for, and that no agent has begun. */
export interface Wish {
  readonly inputId: string;
  readonly by: Author;
  readonly at?: number;
  /** Somebody said that it is not wanted any more. */
  readonly withdrawnBy?: Author;
}

export interface ShownMessage {
  readonly id: string;
  /** Whose side it is on. */
  readonly role: 'user' | 'assistant' | 'system';
  readonly author: Author;
  /** The Run that it is from. A user's message in a Run is a steer. */
  readonly runId?: string;
  readonly parts: readonly ShownPart[];
  /** All of its words, for search and for copying. */
  readonly text: string;
  /** In ms since 1970, as the server says. */
  readonly at?: number;
  /** The versions at its place, where there are several. */
  readonly branch?: { readonly index: number; readonly count: number };
  /** Said into a Run: taken up, not taken up (the Run is over), or not known yet. */
  readonly steer?: 'consumed' | 'not consumed' | 'unsettled';
  /** What nobody has begun: the answer to a user's message, or another answer than this one. */
  readonly wish?: Wish;
  /** Somebody has taken back or changed what it said. */
  readonly moderated?: 'deleted' | 'changed';
}

export interface ShownRun {
  readonly runId: string;
  /** Who asked. */
  readonly owner: Author;
  /** Who answers; undefined until something is said. */
  readonly answerer?: Author;
  readonly status: RunStatus;
  readonly error?: { readonly code: number; readonly message: string };
  readonly startedAt?: number;
  readonly firstOutputAt?: number;
  readonly endedAt?: number;
  /** When its input was said; somebody may have begun to answer it long after that. */
  readonly askedAt?: number;
  /** From its start to its first output; left out where it waited for a person in between. */
  readonly firstOutputMs?: number;
  /** Characters said so far, and how many a second while it was streaming. */
  readonly characters: number;
  readonly rate?: number;
  readonly steps: number;
  /** Only while it is active. */
  readonly health?: { readonly verdict: Verdict; readonly silentMs: number };
  /** A guess at the ms still to go, and from how many past Runs. */
  readonly estimate?: { readonly ms: number; readonly fromRuns: number };
  /** Somebody has asked for its end, and what the agent says to that. */
  readonly cancel?: { readonly by: Author; readonly outcome: 'asked' | 'refused' | 'ignored' };
  readonly isOnPath: boolean;
  readonly inputMessageId?: string;
}

export interface GraphNode {
  readonly key: string;
  readonly kind: 'input' | 'run';
  /** The node that it follows; undefined for a root. */
  readonly parent?: string;
  /** Its first words. */
  readonly label: string;
  readonly author: Author;
  readonly status?: RunStatus;
  readonly isOnPath: boolean;
  /** Its message on screen when it is on the path; undefined before anything is said. */
  readonly messageId?: string;
  readonly version?: { readonly index: number; readonly count: number };
  readonly at?: number;
}

/** Every node once, parents before children. */
export type Graph = readonly GraphNode[];

export interface Found {
  readonly messageId: string;
  /** The node to reveal, as what was found may lie on another branch. */
  readonly nodeKey: string;
  readonly author: Author;
  readonly isOnPath: boolean;
  /** Some words around it; [begin, end) is what matches. */
  readonly excerpt: string;
  readonly begin: number;
  readonly end: number;
}
