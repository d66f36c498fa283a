/** Listeners by event. */
export interface Emitter<Events extends object> {
  /** Listens until the function that is returned is called. */
  on<E extends keyof Events>(event: E, listener: (what: Events[E]) => void): () => void;
  /** Calls all listeners in the order of their registration; what one throws goes to `fault` and harms no other. */
  emit<E extends keyof Events>(event: E, what: Events[E]): void;
}

/** An emitter without listeners. `fault` must not throw. */
export function createEmitter<Events extends object>(fault: (error: unknown) => void): Emitter<Events> {
  const listeners = new Map<keyof Events, Set<(what: never) => void>>();
  return {
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
          fault(error);
        }
      }
    },
  };
}
