import type { LinkHeader } from '@parley/protocol';

/** What the call layer sends: opaque to the link. */
export interface LinkMessage {
  readonly kind?: string | undefined;
  readonly payload: string;
}

/** What the roster says of the peer. `away`: it has no connection now, but may come back. */
export type PeerPresence = 'online' | 'away';

/**
 * One end of a reliable link: every message of the peer is delivered once and in order, across lost frames, changing
 * sockets and gateways (RFC 8838 wants that of ICE candidates). Per generation, what one side delivers is a prefix of
 * what the other sent, and all of it once both stay connected.
 */
export interface Link {
  /** Queues a message. `full`: 256 messages or 1 MiB wait already; nothing was queued, nothing was lost. */
  send(message: LinkMessage): 'queued' | 'full';
  /** A frame of the peer; `message` is absent from an acknowledgement alone. */
  receive(header: LinkHeader, message: LinkMessage | undefined): void;
  /** The server did not deliver one of ours: a hint to resend. */
  nacked(header: LinkHeader, retryAfterMs?: number): void;
  /** This side has a new connection: what is unacknowledged goes out again at once. */
  bound(): void;
  /** The roster changed: the peer is away, or online (again, or through another connection). */
  presence(presence: PeerPresence): void;
  /** The peer left: the queue is discarded; its messages are returned. The generation is kept. */
  left(): readonly LinkMessage[];
  /** Starts a new generation, which discards the queue and resets the peer's application. */
  restart(): void;
  /** Does what is due; to be called at the time last told to `wakeAt`. */
  wake(): void;
  /** Messages not acknowledged yet. */
  readonly pending: number;
}

/** What a link is created with. Nothing in it reads a clock or draws a number by itself. */
export interface LinkDeps {
  /** Monotonic milliseconds. */
  now(): number;
  /** Uniform in [0, 1), for jitter. */
  random(): number;
  /** Sends one frame, best effort. */
  transmit(header: LinkHeader, message: LinkMessage | undefined): void;
  /** Hands the next message to the application. If it throws, the message counts as delivered and `fault` is told. */
  deliver(message: LinkMessage): void;
  /** The application has thrown. */
  fault(error: unknown): void;
  /** The peer started a new generation: whatever was between the two applications is gone. */
  reset(): void;
  /** When `wake` is to be called next; undefined: not needed. */
  wakeAt(time: number | undefined): void;
  /** 30 s without progress towards a peer that is online. */
  stalled(): void;
}
