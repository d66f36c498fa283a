import { createSeededRandom, createVirtualClock } from '@parley/testkit';
import type { SeededRandom, VirtualClock } from '@parley/testkit';
import { createMeshCall } from '../../src/call/index.js';
import type { MeshCall } from '../../src/call/index.js';
import { otherEnd } from './fake-ice.js';
import { createFakeNetwork } from './fake-network.js';
import type { FakeNetwork } from './fake-network.js';
import { fakePeerConnections } from './fake-peer-connection.js';
import type { FakePeerConnection } from './fake-peer-connection.js';
import type { FakeClient } from './fake-client.js';
import { FakeRoom } from './fake-room.js';
import { createFakeTrack } from './fake-track.js';

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
  readonly network: FakeNetwork;
  readonly room: FakeRoom;
  readonly parties: Party[];
  readonly faults: unknown[];
  readonly log: string[];
  collisions: number;
}

const SOURCES = ['camera', 'microphone', 'screen'] as const;

export function createWorld(seed: number): World {
  const clock = createVirtualClock();
  const random = createSeededRandom(seed);
  const network = createFakeNetwork(clock, random.fork('network'));
  const room = new FakeRoom(clock, random.fork('room'));
  return { clock, random, network, room, parties: [], faults: [], log: [], collisions: 0 };
}

export function enter(world: World): Party {
  const client = world.room.join();
  const pcs: FakePeerConnection[] = [];
  const party: Party = { client, call: beginCall(world, client, pcs), pcs, live: [] };
  world.parties.push(party);
  return party;
}

function beginCall(world: World, client: FakeClient, pcs: FakePeerConnection[]): MeshCall {
  const create = fakePeerConnections(world.network);
  const call = createMeshCall({
    signaling: client,
    clock: world.clock,
    statsEveryMs: 600_000,
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

type Step = (world: World, party: Party) => void;

const addTrack: Step = ({ network }, { call, live }) => {
  const source = network.random.pick(SOURCES);
  if (live.length >= 4) return;
  const track = createFakeTrack(source === 'microphone' ? 'audio' : 'video', network.name('t'));
  live.push({ source, track });
  call.addTrack(track, { source });
};

const removeTrack: Step = ({ random }, { call, live }) => {
  const [gone] = live.splice(random.below(live.length + 1), 1);
  if (gone !== undefined) call.removeTrack(gone.track);
};

const replaceTrack: Step = ({ random, network }, { call, live }) => {
  const one = live[random.below(live.length + 1)];
  if (one === undefined) return;
  const track = createFakeTrack(one.track.kind, network.name('t'));
  call.replaceTrack(one.track, track);
  one.track = track;
};

const bothChange: Step = (world) => world.parties.forEach((party) => addTrack(world, party));

const iceFails: Step = ({ random }, { pcs }) => {
  const open = pcs.filter(({ signalingState }) => signalingState !== 'closed');
  if (open.length === 0) return;
  const pc = random.pick(open);
  const { connectedTo } = pc;
  pc.losePath();
  connectedTo?.losePath();
};

const iceHiccup: Step = ({ random, clock }, { pcs }) => {
  const open = pcs.filter((pc) => pc.iceConnectionState === 'connected');
  if (open.length === 0) return;
  const pc = random.pick(open);
  pc.setIceState('disconnected');
  clock.after(random.below(6_000), () => {
    if (pc.iceConnectionState === 'disconnected') pc.setIceState(otherEnd(pc) ? 'connected' : 'failed');
  });
};

const outage: Step = ({ random, clock }, { client }) => {
  client.disconnect();
  clock.after(random.below(8_000), () => client.reconnect());
};

const rejoin: Step = ({ random, clock }, { client }) => {
  client.disconnect();
  const expires = random.below(3_000);
  clock.after(expires, () => client.state.name === 'joined' || client.expire());
  clock.after(expires + random.below(6_000), () => client.reconnect());
};

const everybodyRejoins: Step = (world) => world.parties.forEach((party) => rejoin(world, party));

const resetLink: Step = ({ random, room, parties }, party) => {
  const other = random.pick(parties);
  if (other !== party) room.resetLink(party.client, other.client);
};

const fillLink: Step = ({ random }, { client }) => client.fill(random.below(5_000));

const renewServers: Step = ({ random }, { client, pcs }) => {
  for (const pc of pcs) pc.relayed = random.chance(0.5);
  client.renewIceServers([{ urls: 'turn:t', username: String(random.below(1e9)), credential: 'x' }]);
};

const callAgain: Step = (world, party) => {
  party.call.leave();
  party.live.length = 0;
  party.call = beginCall(world, party.client, party.pcs);
};

const steps: readonly (readonly [name: string, weight: number, step: Step])[] = [
  ['add', 8, addTrack],
  ['remove', 5, removeTrack],
  ['replace', 2, replaceTrack],
  ['both', 6, bothChange],
  ['ice-fails', 2, iceFails],
  ['ice-hiccup', 2, iceHiccup],
  ['outage', 2, outage],
  ['rejoin', 1, rejoin],
  ['all-rejoin', 0.5, everybodyRejoins],
  ['reset', 1, resetLink],
  ['full', 1, fillLink],
  ['servers', 1, renewServers],
  ['call-again', 0.5, callAgain],
];

function pickStep(random: SeededRandom): (typeof steps)[number] {
  let at = random.fraction() * steps.reduce((sum, [, weight]) => sum + weight, 0);
  return steps.find(([, weight]) => (at -= weight) < 0) ?? (steps[0] as (typeof steps)[number]);
}

/** Plays a random schedule over 12 s, then lets everything heal. */
export async function play(seed: number): Promise<World> {
  const world = createWorld(seed);
  const { random, clock, log } = world;
  const parties = random.chance(0.15) ? 3 : 2;
  for (let index = 0; index < parties; index += 1) clock.after(random.below(2_000), () => void enter(world));
  const spanMs = random.pick([500, 3_000, 12_000]);
  for (let count = 2 + random.below(12); count > 0; count -= 1) {
    const [name, , step] = pickStep(random);
    clock.after(random.below(spanMs), () => {
      if (world.parties.length === 0) return;
      const party = random.pick(world.parties);
      log.push(`${Math.round(clock.now())} ${party.client.id} ${name}`);
      step(world, party);
    });
  }
  await clock.advance(22_000);
  for (let waited = 0; waited < 180 && complaint(world) !== undefined; waited += 10)
    await clock.advance(10_000);
  return world;
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
