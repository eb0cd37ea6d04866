/** What the kernel is told: what is on screen, and that nothing more gets there. */

import type { ToKernel } from '../kernel/protocol';
import type { View } from '../tree/view';
import type { ConnectionState } from './model';

/** A person scrolls and models talk faster than a kernel cares to hear. */
const EVERY_MS = 500;

const NOBODY_SAID_WHY = { message: 'The connection has failed.' } as const;

type Selection = Extract<ToKernel, { kind: 'selection' }>;

/**
 * Tells the kernel the selected path and the message that is looked at, at most twice a second; and at
 * once, and once, what the page is refused for.
 */
export class Telling {
  readonly #view: View;
  readonly #tell: (message: ToKernel) => void;
  #focused: string | null = null;
  #told: Selection | undefined;
  /** What it was refused for last, until it is live again: the next token may be refused, too. */
  #refusal: number | string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(view: View, tell: (message: ToKernel) => void) {
    this.#view = view;
    this.#tell = tell;
  }

  focus(messageId: string | undefined): void {
    this.#focused = messageId ?? null;
    this.changed();
  }

  /** Notes that the path may be another. */
  changed(): void {
    this.#timer ??= setTimeout(() => this.#now(), EVERY_MS);
  }

  /** Notes how the connection stands. */
  stands({ phase, problem = NOBODY_SAID_WHY }: ConnectionState): void {
    if (phase === 'live') this.#refusal = undefined;
    const refusal = problem.code ?? problem.message;
    if (phase !== 'failed' || refusal === this.#refusal) return;
    this.#refusal = refusal;
    this.#tell({ kind: 'problem', ...problem });
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #now(): void {
    this.#timer = undefined;
    const selection: Selection = {
      kind: 'selection',
      messageIds: this.#view.messages.map((message) => message.codecMessageId),
      focused: this.#focused,
      runIds: this.#view.nodes.filter((node) => node.isRun).map((run) => run.key),
    };
    if (this.#told && isSame(selection, this.#told)) return;
    this.#told = selection;
    this.#tell(selection);
  }
}

function isSame(one: Selection, other: Selection): boolean {
  const isSameList = (these: readonly string[], those: readonly string[]) =>
    these.length === those.length && these.every((id, at) => id === those[at]);
  return (
    one.focused === other.focused &&
    isSameList(one.messageIds, other.messageIds) &&
    isSameList(one.runIds, other.runIds)
  );
}
