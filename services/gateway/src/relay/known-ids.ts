/** A bounded memory of participants that were seen; who was seen and is not in the room any more has left. */
export interface KnownIds {
  add(id: string): void;
  has(id: string): boolean;
}

/** Creates it: the last `capacity` that were added are in it for sure, and never more than twice as many. */
export function createKnownIds(capacity: number): KnownIds {
  let young = new Set<string>();
  let old = new Set<string>();
  return {
    add: (id) => {
      if (young.has(id)) return;
      young.add(id);
      if (young.size < capacity) return;
      old = young;
      young = new Set();
    },
    has: (id) => young.has(id) || old.has(id),
  };
}
