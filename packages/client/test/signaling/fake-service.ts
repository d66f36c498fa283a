import { DEFAULT_LIMITS } from '@parley/protocol';
import type { Change, Limits } from '@parley/protocol';
import type { SeededRandom, VirtualClock } from '@parley/testkit';
import { bound, commit } from './fake-room.js';
import { createFakeWebSocket } from './fake-socket.js';
import type { Gateway, Service } from './fake-state.js';

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
