import type { SeededRandom, VirtualClock } from '@parley/testkit';

/** The world that fake RTCPeerConnections (each an `End`) meet in: who has which ICE generation, and which of them cannot connect. */
export interface FakeNetwork<End> {
  readonly clock: VirtualClock;
  readonly random: SeededRandom;
  /** Whether browsers roll back an own offer by themselves. */
  readonly implicitRollback: boolean;
  /** Whether candidates name their generation in `usernameFragment`, or only in their text. */
  readonly namesGenerations: boolean;
  /** Whether gathering ends with an empty candidate before the null. */
  readonly tellsEndOfCandidates: boolean;
  readonly all: Set<End>;
  /** By local ICE generation. */
  readonly owners: Map<string, End>;
  /** Generations whose paths are dead: only a restart helps. */
  readonly dead: Set<string>;
  name(prefix: string): string;
}

/** A network where everything works; which kind of browser is used is drawn from `random` unless given. */
export function createFakeNetwork<End>(
  clock: VirtualClock,
  random: SeededRandom,
  given: Partial<FakeNetwork<End>> = {},
): FakeNetwork<End> {
  let names = 0;
  return {
    clock,
    random,
    implicitRollback: random.chance(0.7),
    namesGenerations: random.chance(0.7),
    tellsEndOfCandidates: random.chance(0.5),
    all: new Set(),
    owners: new Map(),
    dead: new Set(),
    ...given,
    name: (prefix) => `${prefix}${(names += 1).toString(36)}`,
  };
}
