/** What a browser remembers for this page; where it remembers nothing (private windows, blocked), neither does this. */
export interface Memory {
  get(key: string): string | undefined;
  set(key: string, value: string): void;
  /** Gets it, once. */
  take(key: string): string | undefined;
}

/** A memory in `localStorage` or `sessionStorage`, found by `find`, which may throw. */
export function createMemory(find: () => Storage): Memory {
  const attempt = <T>(act: (storage: Storage) => T): T | undefined => {
    try {
      return act(find());
    } catch {
      // The browser keeps nothing for this page.
      return undefined;
    }
  };
  const get = (key: string): string | undefined =>
    attempt((storage) => storage.getItem(`parley.${key}`)) ?? undefined;
  return {
    get,
    set: (key, value) => attempt((storage) => storage.setItem(`parley.${key}`, value)),
    take(key) {
      const value = get(key);
      attempt((storage) => storage.removeItem(`parley.${key}`));
      return value;
    },
  };
}
