import { DEFAULT_LIMITS } from '@parley/protocol';
import type { Change, ErrorCode, GoodbyeAction, Limits, Participant, Position } from '@parley/protocol';
import type { SeededRandom, VirtualClock } from '@parley/testkit';
import { bound, commit } from './fake-room.js';
import { createFakeWebSocket } from './fake-socket.js';

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

/** A service in one process on a virtual clock: what a client can meet. */
export function createFakeService(clock: VirtualClock, random: SeededRandom, limits: Partial<Limits> = {}) {
  const gateways = new Map<string, Gateway>();
  const service: Service = {
    ...{ clock, random, limits: { ...DEFAULT_LIMITS, ...limits } },
    ...{ peers: [], members: new Map(), history: [], opened: [], at: [1, 1], joins: 0 },
    faults: { loss: 0, latencyMs: 5, history: 64 },
    gateway(name) {
      const known = gateways.get(name) ?? { mode: 'up' };
      gateways.set(name, known);
      return known;
    },
  };
  const { peers, members, faults, opened, gateway } = service;
  return {
    ...{ peers, members, faults, opened, gateway },
    WebSocket: createFakeWebSocket(service),
    commit: (changes: readonly Change[]) => commit(service, changes),
    bound: () => bound(service),
    position: () => service.at,
    /** Connections that are open. */
    open: () => peers.filter(({ open }) => open),
    /** Ends every connection without a word. */
    cut: () => peers.filter(({ open }) => open).forEach((peer) => peer.close(1006)),
    /** A batch that reaches nobody. */
    skip() {
      service.at = [service.at[0], service.at[1] + 1];
      service.history.length = 0;
    },
  };
}
