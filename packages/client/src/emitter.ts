/** Listeners by event. */
export interface Emitter<Events extends object> {
  /** Listens until the function that is returned is called. */
  on<E extends keyof Events>(event: E, listener: (what: Events[E]) => void): () => void;
  /** Calls all listeners in the order of their registration; what one throws goes to `fault` and harms no other. */
  emit<E extends keyof Events>(event: E, what: Events[E]): void;
  /** Tells of a fault. What a listener throws that hears of one is for nobody. */
  fault(error: unknown): void;
}

/** What is told of faults where nobody else is told. */
export interface Faults {
  readonly fault: { readonly error: unknown };
}

/** An emitter without listeners. Faults go to `outer`, which must not throw, or else to its own listeners of `fault`. */
export function createEmitter<Events extends Faults>(): Emitter<Events>;
export function createEmitter<Events extends object>(outer: (error: unknown) => void): Emitter<Events>;
export function createEmitter<Events extends Faults>(outer?: (error: unknown) => void): Emitter<Events> {
  const listeners = new Map<keyof Events, Set<(what: never) => void>>();
  let telling = false;
  const own = (error: unknown): void => {
    if (telling) return;
    telling = true;
    emitter.emit('fault', { error });
    telling = false;
  };
  const emitter: Emitter<Events> = {
    fault: outer ?? own,
    on(event, listener) {
      const registered = (what: Events[typeof event]): void => listener(what);
      const all = listeners.get(event) ?? new Set();
      listeners.set(event, all.add(registered));
      return () => void all.delete(registered);
    },
    emit(event, what) {
      for (const listener of [...(listeners.get(event) ?? [])] as ((given: typeof what) => void)[]) {
        try {
          listener(what);
        } catch (error) {
          emitter.fault(error);
        }
      }
    },
  };
  return emitter;
}
