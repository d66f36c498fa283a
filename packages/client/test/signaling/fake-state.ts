import type { Change, ErrorCode, GoodbyeAction, Limits, Participant, Position } from '@parley/protocol';
import type { SeededRandom, VirtualClock } from '@parley/testkit';

export interface Sent {
  readonly [field: string]: unknown;
  readonly type: string;
}

/** One connection as the service sees it. */
export interface Peer {
  readonly url: string;
  readonly gateway: string;
  readonly frames: { readonly header: Sent; readonly payload: string | undefined; readonly at: number }[];
  open: boolean;
  participant?: string | undefined;
  tell(header: object, payload?: string): void;
  goodbye(code: number, action: GoodbyeAction, retryAfterMs?: number): void;
  close(code: number): void;
}

/** How one gateway behaves. */
export interface Gateway {
  /** `dead`: refuses sockets; `mute`: takes them and says nothing; `never`: they stay connecting. */
  mode: 'up' | 'dead' | 'mute' | 'never';
  /** Answers each join with this. */
  joinError?: { code: ErrorCode; retryAfterMs?: number } | undefined;
  helloError?: ErrorCode | undefined;
  /** Says goodbye to each new connection. */
  turnAway?: { code: number; action: GoodbyeAction; retryAfterMs?: number } | undefined;
}

export interface Member {
  entry: Participant;
  readonly key: string;
  n: number;
  cmd: number;
  cmdAt: Position;
}

export interface Batched {
  readonly at: Position;
  readonly prev: Position;
  readonly changes: readonly Change[];
}

/** Everything that a service of several gateways and one room knows. */
export interface Service {
  readonly clock: VirtualClock;
  readonly random: SeededRandom;
  readonly limits: Limits;
  readonly peers: Peer[];
  readonly members: Map<string, Member>;
  readonly history: Batched[];
  readonly faults: { loss: number; latencyMs: number; history: number };
  /** When each socket was opened. */
  readonly opened: number[];
  gateway(name: string): Gateway;
  at: Position;
  joins: number;
}
