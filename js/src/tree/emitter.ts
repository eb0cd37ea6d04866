/** Handlers by the name of what they want to hear. */

export type Handler<Value> = (value: Value) => void;

/** Keeps each handler apart, also one that is told twice. */
type Handlers<Value> = Set<{ readonly tell: Handler<Value> }>;

/**
 * Tells handlers. `Events` says what each event tells. A handler that throws is reported as
 * uncaught, and the others are told all the same.
 */
export class Emitter<Events extends { [name: string]: unknown }> {
  readonly #handlers: { [Name in keyof Events]?: Handlers<Events[Name]> } = {};

  /** Has a handler told; returns what ends it. */
  on<Name extends keyof Events>(name: Name, handler: Handler<Events[Name]>): () => void {
    const handlers: Handlers<Events[Name]> = this.#handlers[name] ?? new Set();
    this.#handlers[name] = handlers;
    const entry = { tell: handler };
    handlers.add(entry);
    return () => {
      handlers.delete(entry);
    };
  }

  wanted(name: keyof Events): boolean {
    return (this.#handlers[name]?.size ?? 0) > 0;
  }

  emit<Name extends keyof Events>(name: Name, value: Events[Name]): void {
    for (const { tell } of [...(this.#handlers[name] ?? [])]) {
      try {
        tell(value);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
