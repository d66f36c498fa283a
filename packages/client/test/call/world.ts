import { createSeededRandom, createVirtualClock } from '@parley/testkit';
import type { SeededRandom, VirtualClock } from '@parley/testkit';
import { createMeshCall } from '../../src/call/index.js';
import type { MeshCall, MeshCallOptions } from '../../src/call/index.js';
import { otherEnd } from './fake-ice.js';
import { createFakeNetwork } from './fake-network.js';
import type { FakeNetwork } from './fake-network.js';
import { fakePeerConnections } from './fake-peer-connection.js';
import type { FakePeerConnection } from './fake-peer-connection.js';
import type { FakeClient } from './fake-client.js';
import { FakeRoom } from './fake-room.js';

/** One participant with its call, and what it should be sending. */
export interface Party {
  readonly client: FakeClient;
  call: MeshCall;
  readonly pcs: FakePeerConnection[];
  readonly live: { source: string; track: MediaStreamTrack }[];
}

export interface World {
  readonly clock: VirtualClock;
  readonly random: SeededRandom;
  readonly network: FakeNetwork<FakePeerConnection>;
  readonly room: FakeRoom;
  readonly parties: Party[];
  readonly faults: unknown[];
  readonly log: string[];
  collisions: number;
}

/** Nobody yet; `given` settles what kind of browser is used, which is drawn otherwise. */
export function createWorld(seed: number, given?: Partial<FakeNetwork<FakePeerConnection>>): World {
  const clock = createVirtualClock();
  const random = createSeededRandom(seed);
  const network = createFakeNetwork(clock, random.fork('network'), given);
  const room = new FakeRoom(clock, random.fork('room'));
  return { clock, random, network, room, parties: [], faults: [], log: [], collisions: 0 };
}

/** One more participant, with a call. */
export function enter(world: World, options: Partial<MeshCallOptions> = {}): Party {
  const client = world.room.join();
  const pcs: FakePeerConnection[] = [];
  const party: Party = { client, call: beginCall(world, { client, pcs }, options), pcs, live: [] };
  world.parties.push(party);
  return party;
}

/** A call of that participant. */
export function beginCall(
  world: World,
  { client, pcs }: Pick<Party, 'client' | 'pcs'>,
  options: Partial<MeshCallOptions> = {},
): MeshCall {
  const create = fakePeerConnections(world.network);
  const call = createMeshCall({
    signaling: client,
    clock: world.clock,
    statsEveryMs: 600_000,
    ...options,
    createPeerConnection(configuration) {
      const pc = create(configuration) as FakePeerConnection;
      pcs.push(pc);
      return pc;
    },
  });
  call.on('fault', ({ error }) => world.faults.push(error));
  call.on('collision', () => (world.collisions += 1));
  return call;
}

/** What is not as it should be at the end; undefined if all is well. */
export function complaint({ parties }: World): string | undefined {
  for (const party of parties) {
    for (const other of parties) {
      if (other === party) continue;
      const wrong = pairComplaint(party, other);
      if (wrong !== undefined) return `${party.client.id} -> ${other.client.id}: ${wrong}`;
    }
    if (party.call.peers.size !== parties.length - 1) return `${party.client.id} has other peers`;
  }
  return undefined;
}

function pairComplaint(party: Party, other: Party): string | undefined {
  const state = other.call.peers.get(party.client.id);
  if (state !== 'connected') return `is ${state ?? 'unknown'}`;
  const theirs = other.pcs.find(
    (pc) => otherEnd(pc) !== undefined && party.pcs.includes(otherEnd(pc) as FakePeerConnection),
  );
  const own = theirs && otherEnd(theirs);
  if (theirs === undefined || own === undefined) return 'not agreed on each other';
  if (own.signalingState !== 'stable' || theirs.signalingState !== 'stable') return 'not stable';
  const names = (pc: FakePeerConnection): string =>
    (pc.agreed?.local.sdp.lines ?? []).map(({ mid, kind }) => mid + kind).join();
  if (names(own) !== names(theirs)) return 'm-lines differ';
  const remote = other.call.remoteTracks.filter(({ from }) => from === party.client.id);
  const arriving = remote.map(({ source, track }) => {
    const mid = theirs.transceivers.find(({ receiver }) => receiver.track === track)?.mid;
    const sender = own.transceivers.find((one) => one.mid !== null && one.mid === mid);
    const sending = sender?.current === 'sendrecv' || sender?.current === 'sendonly';
    return `${source}:${sending ? (sender.sender.track?.id ?? 'nothing') : 'not sent'}`;
  });
  const wanted = party.live.map(({ source, track }) => `${source}:${track.id}`);
  return arriving.sort().join() === wanted.sort().join()
    ? undefined
    : `sends ${wanted.join()}, arrives ${arriving.join()}`;
}
