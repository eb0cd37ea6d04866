import { type OpenedSession, openSession } from '../session/open';
import { fromKernel } from './heard';
import type { FromKernel, ToKernel, Traits } from './protocol';

/** As much of a widget's model as a console needs. */
export interface KernelModel {
  get<Name extends keyof Traits>(name: Name): Traits[Name];
  on(event: 'msg:custom', listener: (content: unknown) => void): void;
  send(content: ToKernel): void;
}

const SILENT = {
  kind: 'no token',
  message: 'The kernel does not answer.',
  hint: 'Start it and run the cell again. What is open goes on for as long as its token is good.',
} as const;

/** How long a console that nobody sees is kept open: a cell that is drawn anew loses its view for a moment. */
const GRACE_MS = 5000;

/** A view of the session, until it ends. */
export interface Viewing {
  readonly session: OpenedSession;
  end(): void;
}

/**
 * The session of one widget, with the kernel at the other end: however many views there are, it is one.
 *
 * A notebook keeps the widgets of cells that ran again, and of outputs that were cleared: a session
 * is open, and its person present in it, only as long as there is a view.
 */
export class KernelLink {
  readonly #begin: () => OpenedSession;
  readonly #listeners = new Set<(messageId: string) => void>();
  #session: OpenedSession | undefined;
  /** The newest, for a view that comes later: in memory, and nowhere else. */
  #token: Extract<FromKernel, { kind: 'token' }> | undefined;
  #views = 0;
  #leaving: ReturnType<typeof setTimeout> | undefined;

  constructor(model: KernelModel, open: typeof openSession = openSession) {
    this.#begin = () =>
      open({
        session: model.get('session'),
        codec: model.get('codec'),
        where: model.get('where'),
        onToKernel: (message) => this.#send(model, message),
      });
    model.on('msg:custom', (content) => this.#hear(content));
  }

  /** Has one more view; the first opens the session. */
  view(): Viewing {
    clearTimeout(this.#leaving);
    this.#views += 1;
    this.#session ??= this.#open();
    let isShown = true;
    const end = () => {
      if (!isShown) return;
      isShown = false;
      this.#views -= 1;
      if (this.#views === 0) this.#leaving = setTimeout(() => this.#leave(), GRACE_MS);
    };
    return { session: this.#session, end };
  }

  /** Calls back when the kernel wants a message shown; returns how to stop that. */
  onReveal = (listener: (messageId: string) => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  close(): void {
    this.#listeners.clear();
    clearTimeout(this.#leaving);
    this.#leave();
  }

  #open(): OpenedSession {
    const session = this.#begin();
    if (this.#token) session.heard(this.#token);
    return session;
  }

  #leave(): void {
    this.#session?.close();
    this.#session = undefined;
  }

  #hear(content: unknown): void {
    const message = fromKernel(content);
    if (!message) return;
    if (message.kind === 'token') this.#token = message;
    this.#session?.heard(message);
    if (message.kind !== 'reveal') return;
    for (const listener of [...this.#listeners]) listener(message.messageId);
  }

  #send(model: KernelModel, message: ToKernel): void {
    try {
      model.send(message);
    } catch {
      // A kernel that is dead has its messages thrown back. Only a token is missed by anybody.
      if (message.kind === 'token please') queueMicrotask(() => this.#session?.heard(SILENT));
    }
  }
}
