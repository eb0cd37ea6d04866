/** Between the session and the screen: one immutable state, and what a person may do. */

import type { CodecName } from '../codec/codecs';
import type { Author, Found, Graph, ShownMessage, ShownRun } from '../shown/model';

export type Route = 'direct' | 'proxy';

/** Something went wrong: what, and how to mend it. */
export interface Problem {
  readonly message: string;
  readonly code?: number;
  readonly hint?: string;
}

export interface ConnectionState {
  /** `away` comes back by itself; `failed` does not. */
  readonly phase: 'waiting for a token' | 'connecting' | 'live' | 'away' | 'failed' | 'closed';
  readonly route?: Route;
  /** The host and path that the socket is open to. */
  readonly address?: string;
  /** When the phase began, by this browser's clock. */
  readonly since: number;
  /** How long the newest message took to get here; undefined until one has. */
  readonly lagMs?: number;
  readonly tokenExpires?: number;
  readonly problem?: Problem;
}

export interface HistoryState {
  readonly phase: 'loading' | 'ready' | 'failed';
  readonly hasOlder: boolean;
  readonly isLoadingOlder: boolean;
  /** What is shown follows something that the channel has no more. */
  readonly isBeginningMissing: boolean;
  /** How many messages of the channel have been read. */
  readonly read: number;
  readonly problem?: Problem;
}

export interface ShownMember {
  readonly connectionId: string;
  readonly author: Author;
  readonly isSelf: boolean;
  readonly isAgent: boolean;
  readonly isTyping: boolean;
  /** What it says that it is doing. */
  readonly status?: string;
}

/** Something to tell the person once. */
export interface Notice {
  readonly id: number;
  readonly tone: 'info' | 'success' | 'warning' | 'error';
  readonly text: string;
  readonly hint?: string;
  readonly runId?: string;
}

/** Whether something may be done now, and if not, why. */
export type Permit =
  | { readonly allowed: true }
  | {
      readonly allowed: false;
      readonly why: string;
      /** It comes back by itself: what is begun meanwhile need not be given up. */
      readonly isPassing?: true;
      /** What becomes of words that were on their way when it began. */
      readonly onItsWay?: string;
    };

export interface Permits {
  readonly send: Permit;
  readonly edit: Permit;
  readonly regenerate: Permit;
  readonly steer: Permit;
  readonly cancel: Permit;
  readonly redirect: Permit;
  readonly resume: Permit;
  readonly answer: Permit;
  readonly presence: Permit;
}

export interface ConsoleState {
  readonly session: string;
  readonly codec: CodecName;
  readonly self: Author;
  readonly connection: ConnectionState;
  readonly history: HistoryState;
  /** The messages on the selected path, oldest first; one that did not change is the same object. */
  readonly messages: readonly ShownMessage[];
  /** Every Run that is known, by its id. */
  readonly runs: ReadonlyMap<string, ShownRun>;
  /** Those that are active or suspended, oldest first, on the path or not. */
  readonly openRuns: readonly ShownRun[];
  readonly graph: Graph;
  readonly members: readonly ShownMember[];
  readonly notices: readonly Notice[];
  readonly permits: Permits;
}

/** What a person does. Each promise is done once the channel has it; it rejects with a `Failure`. */
export interface ConsoleActions {
  send(text: string): Promise<void>;
  edit(messageId: string, text: string): Promise<void>;
  regenerate(messageId: string): Promise<void>;
  /** Say that what an input asked for is not wanted any more, before an agent has begun it. */
  withdraw(inputId: string): Promise<void>;
  steer(runId: string, text: string): Promise<void>;
  cancel(runId: string): Promise<void>;
  /** Resolve to the number of Runs whose end was asked for. */
  cancelMine(): Promise<number>;
  cancelOf(clientId: string): Promise<number>;
  cancelAll(): Promise<number>;
  /** Stop the Run, and say something else after it. */
  redirect(runId: string, text: string): Promise<void>;
  /** Have a suspended Run go on, with a word to it. */
  resume(runId: string, text: string): Promise<void>;
  answerCall(messageId: string, callId: string, output: unknown): Promise<void>;
  failCall(messageId: string, callId: string, message: string): Promise<void>;
  approve(
    messageId: string,
    callId: string,
    decision: { readonly reason?: string; readonly arguments?: unknown },
  ): Promise<void>;
  deny(messageId: string, callId: string, reason?: string): Promise<void>;
  /** Show another version at the place of a message. */
  select(messageId: string, index: number): void;
  /** Show the branch that a node of the graph is on. */
  reveal(nodeKey: string): void;
  loadOlder(): Promise<void>;
  /** Load all that the channel has; `signal` stops it. */
  loadAll(signal: AbortSignal): Promise<void>;
  /** Find words in all that has been read, newest first. */
  search(words: string): readonly Found[];
  /** The person is typing: others are told for a few seconds. */
  typing(): void;
  /** The message that the person looks at, for the kernel to know. */
  focus(messageId: string | undefined): void;
  reconnect(): void;
  dismiss(noticeId: number): void;
}

/** Thrown by actions: `message` says what, `hint` how to mend it. */
export class Failure extends Error {
  readonly code: number | undefined;
  readonly hint: string | undefined;

  constructor(message: string, options: { code?: number; hint?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.code = options.code;
    this.hint = options.hint;
  }
}

/** What React reads: `subscribe` and `getState` are those of `useSyncExternalStore`. */
export interface ConsoleStore {
  subscribe(listener: () => void): () => void;
  getState(): ConsoleState;
  readonly actions: ConsoleActions;
  close(): void;
}
