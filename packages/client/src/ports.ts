/** Stops what was scheduled; calling it again, or after it ran, does nothing. */
export type CancelTimer = () => void;

/** Time as the client sees it, in milliseconds. Callbacks never run inside the call that schedules them. */
export interface ClientClock {
  /** Monotonic, from an arbitrary start. */
  now(): number;
  /** Since the Unix epoch; used for nothing but the expiry of tokens. */
  wall(): number;
  /** Runs something once, in so many milliseconds. */
  after(ms: number, run: () => void): CancelTimer;
}

/** Randomness as the client sees it. */
export interface ClientRandom {
  /** Uniform in [0, 1), for jitter. */
  fraction(): number;
  /** Cryptographically random, for keys. */
  bytes(count: number): Uint8Array;
}

/** What the client is told of the page that it runs in. */
export interface ClientPage {
  /** False in a hidden tab: nothing is pinged then. */
  visible(): boolean;
  /** `online`: the network is back. Returns a function that stops the watching. */
  watch(listener: (what: 'online' | 'visible' | 'hidden') => void): () => void;
}

/** When to try again. */
export interface Backoff {
  /**
   * Milliseconds until the next try after `attempt` failed ones (0: the connection was lost a moment ago), not sooner
   * than `retryAfterMs`, if the server told one. `undefined`: give up; the client ends.
   */
  delayMs(attempt: number, retryAfterMs?: number): number | undefined;
}

/** What the client needs of a WebSocket: the browser's, Node's, and that of `ws` have it. */
export interface WebSocketLike {
  /** It can be written to. */
  onopen: ((event: never) => unknown) | null;
  /** A message has come; `data` is its text. */
  onmessage: ((event: never) => unknown) | null;
  /** It is closed, or could not be opened; `code` says why. */
  onclose: ((event: never) => unknown) | null;
  /** Always before `onclose`, which says more. */
  onerror: ((event: never) => unknown) | null;
  /** Sends text; throws unless it is open. */
  send(data: string): void;
  /** Closes it, also while it is being opened. */
  close(code?: number, reason?: string): void;
}

/** Opens a WebSocket. */
export type WebSocketConstructor = new (url: string, protocols?: string | string[]) => WebSocketLike;
