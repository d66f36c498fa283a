/** Who wants to be told of `T`. */
export interface Listeners<T> {
  /** Adds a listener; returns what ends the telling (idempotent). The same function may be added twice. */
  add(listener: (value: T) => void): () => void;
  /** Tells everyone who is there now; a throwing one harms nobody else. */
  tell(value: T): void;
}

/** Creates an empty list of listeners; `onThrow` is told of what a listener throws. */
export function createListeners<T>(onThrow: (error: unknown) => void = () => undefined): Listeners<T> {
  const entries = new Set<{ readonly listener: (value: T) => void }>();
  return {
    add: (listener) => {
      const entry = { listener };
      entries.add(entry);
      return () => void entries.delete(entry);
    },
    tell: (value) => {
      for (const entry of [...entries]) {
        try {
          if (entries.has(entry)) entry.listener(value);
        } catch (error) {
          onThrow(error);
        }
      }
    },
  };
}
