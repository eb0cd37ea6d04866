import { type OpenedSession, openSession } from '../session/open';
import { fromKernel } from './heard';
import type { ToKernel, Traits } from './protocol';

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

/** The session of one widget, with the kernel at the other end: however many views there are, it is one. */
export class KernelLink {
  readonly session: OpenedSession;
  readonly #listeners = new Set<(messageId: string) => void>();

  constructor(model: KernelModel, open: typeof openSession = openSession) {
    this.session = open({
      session: model.get('session'),
      codec: model.get('codec'),
      where: model.get('where'),
      onToKernel: (message) => this.#send(model, message),
    });
    model.on('msg:custom', (content) => this.#hear(content));
  }

  /** Calls back when the kernel wants a message shown; returns how to stop that. */
  onReveal = (listener: (messageId: string) => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  close(): void {
    this.#listeners.clear();
    this.session.close();
  }

  #hear(content: unknown): void {
    const message = fromKernel(content);
    if (!message) return;
    this.session.heard(message);
    if (message.kind !== 'reveal') return;
    for (const listener of [...this.#listeners]) listener(message.messageId);
  }

  #send(model: KernelModel, message: ToKernel): void {
    try {
      model.send(message);
    } catch {
      // A kernel that is dead has its messages thrown back. Only a token is missed by anybody.
      if (message.kind === 'token please') queueMicrotask(() => this.session.heard(SILENT));
    }
  }
}
