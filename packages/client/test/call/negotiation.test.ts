import { createSeededRandom, createVirtualClock } from '@parley/testkit';
import { expect, test } from 'vitest';
import { createNegotiation } from '../../src/call/negotiation.js';
import type { Negotiation, NegotiationMessage } from '../../src/call/negotiation.js';
import { createFakeNetwork } from './fake-network.js';
import type { FakeNetwork } from './fake-network.js';
import { FakePeerConnection } from './fake-peer-connection.js';
import { createFakeTrack } from './fake-track.js';

interface End {
  readonly pc: FakePeerConnection;
  readonly negotiation: Negotiation;
  /** What it has sent and nobody has carried to the other end yet. */
  readonly out: NegotiationMessage[];
  readonly broken: unknown[];
  collisions: number;
  full: boolean;
}

/** Two ends whose messages wait to be carried by hand. */
function createPair(given: Partial<FakeNetwork<FakePeerConnection>> = {}) {
  const clock = createVirtualClock();
  const network = createFakeNetwork(clock, createSeededRandom(7), given);
  const make = (polite: boolean): End => {
    const pc = new FakePeerConnection(network, {});
    const end: Omit<End, 'negotiation'> = { pc, out: [], broken: [], collisions: 0, full: false };
    const negotiation = createNegotiation({
      pc,
      clock,
      session: 1,
      polite: () => polite,
      send: (message) => !end.full && end.out.push(message) > 0,
      reachable: () => true,
      sources: () => [],
      described: () => undefined,
      collision: () => (end.collisions += 1),
      fault: (error) => end.broken.push(error),
      broken: (error) => end.broken.push(error),
    });
    return Object.assign(end, { negotiation });
  };
  const [polite, impolite] = [make(true), make(false)];
  const carry = async (
    from: End,
    to: End,
    pick: (message: NegotiationMessage) => boolean = () => true,
  ): Promise<void> => {
    const kept: NegotiationMessage[] = [];
    for (const message of from.out.splice(0)) {
      if (pick(message)) to.negotiation.receive(message);
      else kept.push(message);
    }
    from.out.push(...kept);
    await clock.advance(400);
  };
  const settle = async (): Promise<void> => {
    for (let round = 0; round < 6; round += 1) {
      await carry(polite, impolite);
      await carry(impolite, polite);
    }
  };
  const add = ({ pc }: End, kind = 'video'): void =>
    void pc.addTrack(createFakeTrack(kind, network.name('t')));
  return { clock, polite, impolite, carry, settle, add };
}

const stopSending = ({ pc }: End): void =>
  pc.transceivers.forEach(({ sender }) => sender.track && pc.removeTrack(sender));
const kinds = ({ out }: End): string[] => out.map(({ kind }) => kind);
const agreed = ({ pc }: End): string[] => pc.agreed?.local.sdp.lines.map(({ kind, mid }) => kind + mid) ?? [];

for (const implicitRollback of [true, false]) {
  test(`two offers at once: the polite end gives way (implicit rollback: ${implicitRollback})`, async () => {
    const { polite, impolite, settle, add, clock } = createPair({ implicitRollback });
    add(polite);
    add(impolite, 'audio');
    await clock.advance(10);
    expect([polite.pc.signalingState, impolite.pc.signalingState]).toEqual([
      'have-local-offer',
      'have-local-offer',
    ]);
    await settle();
    expect([polite.collisions, impolite.collisions]).toEqual([1, 1]);
    expect([polite.pc.rollbacks, impolite.pc.rollbacks]).toEqual([1, 0]);
    expect(agreed(polite)).toEqual(agreed(impolite));
    expect(agreed(polite)).toHaveLength(2);
    expect([polite.pc.iceConnectionState, impolite.pc.iceConnectionState]).toEqual([
      'connected',
      'connected',
    ]);
    expect([...polite.broken, ...impolite.broken]).toEqual([]);
  });
}

test('an answer to an offer that was rolled back is dropped', async () => {
  const { polite, impolite, settle, add, carry, clock } = createPair();
  add(polite);
  await clock.advance(400);
  const [offer] = polite.out;
  await carry(polite, impolite);
  const [answer] = impolite.out.splice(0);
  expect([offer?.kind, answer?.kind]).toEqual(['offer', 'answer']);
  // The answer is late: meanwhile the other end offers, and the first offer is rolled back.
  add(impolite, 'audio');
  await clock.advance(400);
  await carry(impolite, polite, ({ kind }) => kind === 'offer');
  expect(polite.pc.rollbacks).toBe(1);
  stopSending(polite);
  await clock.advance(400);
  expect(polite.pc.signalingState).toBe('have-local-offer');
  if (answer) polite.negotiation.receive(answer);
  await settle();
  expect([...polite.broken, ...impolite.broken]).toEqual([]);
  expect(agreed(polite)).toEqual(agreed(impolite));
  expect(polite.pc.signalingState).toBe('stable');
});

test('an unanswered offer goes out again, and one that was answered gets the same answer', async () => {
  const { polite, impolite, add, carry, clock } = createPair();
  add(polite);
  await clock.advance(400);
  await carry(polite, impolite);
  const [answer] = impolite.out.splice(0);
  await clock.advance(5_000);
  expect(kinds(polite)).toEqual(['offer']);
  await carry(polite, impolite);
  expect(impolite.out.filter(({ kind }) => kind === 'answer')).toEqual([answer]);
  await carry(impolite, polite);
  expect(polite.pc.signalingState).toBe('stable');
  await clock.advance(60_000);
  expect(polite.out.filter(({ kind }) => kind === 'offer')).toEqual([]);
});

test('candidates wait for their description; those of a generation that is over are dropped', async () => {
  const { polite, impolite, settle, add, carry, clock } = createPair();
  add(polite);
  await clock.advance(400);
  const stale = polite.out.filter(({ kind }) => kind === 'candidates');
  expect(stale).not.toEqual([]);
  for (const message of stale) impolite.negotiation.receive(message);
  await clock.advance(10);
  expect(impolite.pc.remoteCandidates.size).toBe(0);
  await carry(polite, impolite, ({ kind }) => kind === 'offer');
  expect(impolite.pc.remoteCandidates.size).toBe(1);
  await settle();
  polite.negotiation.negotiate(true);
  await settle();
  const generation = polite.pc.localGeneration ?? '';
  expect(impolite.pc.remoteCandidates.get(generation)?.length).toBeGreaterThan(1);
  const before = JSON.stringify([...impolite.pc.remoteCandidates]);
  for (const message of stale) impolite.negotiation.receive(message);
  await settle();
  expect(JSON.stringify([...impolite.pc.remoteCandidates])).toBe(before);
  expect(impolite.broken).toEqual([]);
});

test('[LINK-2] behind a full link nothing goes out; once it has drained, one fresh restart offer does', async () => {
  const { polite, impolite, settle, add, carry, clock } = createPair();
  add(polite);
  await clock.advance(10);
  for (const message of polite.out.splice(0)) impolite.negotiation.receive(message);
  await clock.advance(40);
  expect(kinds(impolite)).toEqual(['answer']);
  impolite.full = true;
  const generation = impolite.pc.localGeneration;
  await carry(impolite, polite);
  add(impolite, 'audio');
  await clock.advance(1_000);
  // Neither its candidates nor an offer.
  expect(impolite.out).toEqual([]);
  impolite.full = false;
  impolite.negotiation.linked();
  await clock.advance(40);
  expect(kinds(impolite).filter((kind) => kind === 'offer')).toEqual(['offer']);
  expect(impolite.pc.localGeneration).not.toBe(generation);
  await settle();
  expect(agreed(polite)).toEqual(agreed(impolite));
  expect(polite.pc.iceConnectionState).toBe('connected');
});

test('an answer that the link refused goes out once it has drained', async () => {
  const { polite, impolite, settle, add, clock } = createPair();
  add(polite);
  await clock.advance(10);
  await settle();
  const generation = impolite.pc.localGeneration;
  stopSending(polite);
  await clock.advance(10);
  impolite.full = true;
  await settle();
  expect(polite.pc.signalingState).toBe('have-local-offer');
  impolite.full = false;
  impolite.negotiation.linked();
  await settle();
  expect(agreed(polite)).toEqual(agreed(impolite));
  expect(impolite.pc.localGeneration).not.toBe(generation);
});

test('a restart that was rolled back with its offer is made by the other offer, or again', async () => {
  const { polite, impolite, settle, add, clock } = createPair();
  add(polite);
  await clock.advance(10);
  await settle();
  const generation = polite.pc.localGeneration;
  polite.negotiation.negotiate(true);
  add(impolite, 'audio');
  await clock.advance(10);
  await settle();
  expect(polite.pc.rollbacks).toBe(1);
  expect(polite.pc.localGeneration).not.toBe(generation);
  expect(agreed(polite)).toEqual(agreed(impolite));
});

test('what the browser refuses breaks this RTCPeerConnection, and what follows is worked off', async () => {
  const { polite, impolite, settle, add, clock } = createPair();
  polite.negotiation.receive({ kind: 'offer', session: 1, negotiation: 1, sdp: 'nonsense', sources: [] });
  await clock.advance(10);
  expect(polite.broken).toHaveLength(1);
  add(polite);
  await clock.advance(10);
  await settle();
  expect(polite.pc.signalingState).toBe('stable');
  expect(agreed(polite)).toEqual(agreed(impolite));
});

test('inputs above 512 that wait break the RTCPeerConnection instead of growing', async () => {
  const { polite, clock } = createPair();
  for (let count = 0; count < 520; count += 1) {
    polite.negotiation.receive({ kind: 'candidates', session: 1, candidates: [] });
  }
  expect(polite.broken).toHaveLength(8);
  await clock.advance(10);
  polite.negotiation.receive({ kind: 'candidates', session: 1, candidates: [] });
  expect(polite.broken).toHaveLength(8);
});

test('the end that gives way asks for new m-lines, so that none is rolled back', async () => {
  const { polite, impolite, settle, add, clock } = createPair();
  add(polite);
  await settle();
  add(polite);
  add(polite, 'audio');
  add(impolite);
  await clock.advance(50);
  expect(kinds(polite)).toEqual(['ask']);
  expect(kinds(impolite)).toContain('offer');
  await settle();
  expect(polite.pc.transceivers.map(({ kind, current }) => kind + current)).toEqual([
    'videosendrecv',
    'videosendonly',
    'audiosendonly',
  ]);
  expect(agreed(polite)).toEqual(agreed(impolite));
  expect([polite.pc.rollbacks, polite.collisions, impolite.collisions]).toEqual([0, 0, 0]);
});

test('an end that asks for more m-lines than anybody needs gets only so many', async () => {
  const { impolite, settle, clock, add } = createPair();
  add(impolite);
  await settle();
  impolite.negotiation.receive({ kind: 'ask', session: 1, media: Array<string>(10_000).fill('video') });
  await clock.advance(50);
  expect(impolite.pc.transceivers).toHaveLength(64);
});
