/**
 * The bus port: at-most-once messages between the processes of one cluster. Memory, Redis and NATS implement it and
 * pass one conformance suite. Contract, by id:
 * - B1 after `subscribe` resolves, later publishes from any node arrive
 * - B2 order holds per publisher and subject; at a reconnect messages may be lost, never reordered
 * - B3 a publisher that subscribes receives its own messages
 * - B4 nothing arrives after `unsubscribe` resolves
 * - B5 the payload is isolated from later mutation, on both sides
 * - B6 delivery never happens inside `publish`
 * - B7 any string is a legal subject (drivers escape)
 * - B8 queues are bounded; what is dropped is counted and reported as `dropped`
 * - B9 a reconnect restores subscriptions, then reports `reset`
 * - B10 a throwing handler or listener harms nobody else
 * - B11 `close` is idempotent and leaves no handle; afterwards calls reject with BusError `closed`
 */
export interface Bus {
  /**
   * Sends `payload` to every present subscriber of `subject`. Resolves with the number of receivers where the broker
   * tells it, `undefined` where it does not; zero means that nobody listened. A hint, never a guarantee.
   * Rejects with a BusError.
   */
  publish(subject: string, payload: Uint8Array): Promise<number | undefined>;
  /** Calls `receive` for each message on `subject`; several subscriptions of one subject each receive. */
  subscribe(subject: string, receive: (payload: Uint8Array) => void): Promise<Subscription>;
  /** Tells of status changes from now on; returns what ends the telling. */
  onStatus(listener: (status: BusStatus) => void): () => void;
  /** Resolves once everything published before has reached the broker. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** One subscription of one subject. */
export interface Subscription {
  unsubscribe(): Promise<void>;
}

/**
 * `reset`: the link is back and subscriptions are restored, but messages may have been lost meanwhile. `disconnected` may
 * be told again, with a further reason for which there is no link; reasons hold no secret.
 */
export type BusStatus =
  | { readonly kind: 'connected' }
  | { readonly kind: 'disconnected'; readonly reason?: string }
  | { readonly kind: 'reset' }
  | { readonly kind: 'dropped'; readonly count: number };
