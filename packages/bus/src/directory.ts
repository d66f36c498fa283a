/**
 * Who is alive, from heartbeats (one a second, broadcast) and from nothing else. A process announces itself at once at
 * start, and whoever hears a new one answers with its own heartbeat at once, so that discovery takes one round trip.
 * A peer is lost after `timeoutMs` without heartbeat on the given healthy time; one that flaps is quarantined 10 s.
 */
export interface Directory {
  start(): void;
  stop(): void;
  /** Live peers of a role, this process included, sorted by id. */
  live(role: Role): readonly Peer[];
  /** Live peers of a role that may own rooms. */
  owners(): readonly string[];
  isLive(id: string): boolean;
  /** Told after each change of who is live or may own. */
  onChange(listener: (change: DirectoryChange) => void): () => void;
  /** Sends this process's heartbeat at once (after `canOwn` or `draining` changed). */
  announce(): void;
}

/** What a process does in the cluster. */
export type Role = 'gateway' | 'rooms' | 'turn-credentials';

/** What a heartbeat tells. */
export interface Peer {
  readonly id: string;
  readonly role: Role;
  /** Rooms replicas only: store good within 2 s, canary fresh, not draining. */
  readonly canOwn: boolean;
  readonly draining: boolean;
}

/** One change of the directory. */
export type DirectoryChange =
  | { readonly kind: 'joined' | 'updated'; readonly peer: Peer }
  | { readonly kind: 'lost'; readonly peer: Peer; readonly lastHeardAgoMs: number };
