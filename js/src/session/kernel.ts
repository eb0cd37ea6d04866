/** What the kernel is told of what is on screen. */

import type { ToKernel } from '../kernel/protocol';
import type { View } from '../tree/view';

/** A person scrolls and models talk faster than a kernel cares to hear. */
const EVERY_MS = 500;

type Selection = Extract<ToKernel, { kind: 'selection' }>;

/** Tells the kernel the selected path and the message that is looked at, at most twice a second. */
export class Telling {
  readonly #view: View;
  readonly #tell: (message: ToKernel) => void;
  #focused: string | null = null;
  #told: Selection | undefined;
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
