/** Who receives what, by channel. */
export interface Channels {
  add(name: string, receive: (payload: Uint8Array) => void): Receiver;
  /** Nothing is delivered to it any more; true if it was the last one of its channel. Idempotent. */
  remove(receiver: Receiver): boolean;
  /** Gives each receiver of the channel bytes of its own; a throwing one harms nobody else. */
  deliver(name: string, payload: Buffer): void;
  has(name: string): boolean;
  names(): string[];
  clear(): void;
}

/** One subscription. */
export interface Receiver {
  readonly name: string;
  readonly receive: (payload: Uint8Array) => void;
}

/** Creates an empty table; `onThrow` is told of what receivers throw. */
export function createChannels(onThrow: (error: unknown) => void): Channels {
  const channels = new Map<string, Set<Receiver>>();
  return {
    add: (name, receive) => {
      const receiver = { name, receive };
      const present = channels.get(name) ?? new Set();
      channels.set(name, present.add(receiver));
      return receiver;
    },
    remove: (receiver) => {
      const present = channels.get(receiver.name);
      if (present?.delete(receiver) !== true || present.size > 0) return false;
      return channels.delete(receiver.name);
    },
    deliver: (name, payload) => {
      const present = channels.get(name);
      if (present === undefined) return;
      // The copies are made before the first receiver can change the bytes that came.
      const deliveries = [...present].map((receiver, index) => ({
        receiver,
        bytes: index === 0 ? viewOf(payload) : new Uint8Array(payload),
      }));
      for (const { receiver, bytes } of deliveries) {
        if (!present.has(receiver)) continue;
        try {
          receiver.receive(bytes);
        } catch (error) {
          onThrow(error);
        }
      }
    },
    has: (name) => channels.has(name),
    names: () => [...channels.keys()],
    clear: () => {
      for (const present of channels.values()) present.clear();
      channels.clear();
    },
  };
}

function viewOf(payload: Buffer): Uint8Array {
  return new Uint8Array(payload.buffer, payload.byteOffset, payload.byteLength);
}
