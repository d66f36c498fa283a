import type { SeededRandom } from '@parley/testkit';
import { otherEnd } from './fake-ice.js';
import { createFakeTrack } from './fake-track.js';
import { beginCall, complaint, createWorld, enter } from './world.js';
import type { Party, World } from './world.js';

const SOURCES = ['camera', 'microphone', 'screen'] as const;

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
  party.call = beginCall(world, party);
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

const TOTAL_WEIGHT = steps.reduce((sum, [, weight]) => sum + weight, 0);

function pickStep(random: SeededRandom): (typeof steps)[number] {
  let at = random.fraction() * TOTAL_WEIGHT;
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
