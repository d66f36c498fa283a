import { createSeededRandom, createVirtualClock } from '@parley/testkit';
import { expect, test } from 'vitest';
import { createMeshCall } from '../../src/call/index.js';
import { createFakeNetwork } from './fake-network.js';
import { fakePeerConnections } from './fake-peer-connection.js';
import { createFakeRoom } from './fake-room.js';
import { createFakeTrack } from './fake-track.js';

test('two connect and see each other', async () => {
  const clock = createVirtualClock();
  const random = createSeededRandom(1);
  const room = createFakeRoom(clock, random);
  const network = createFakeNetwork(clock, random);
  const make = (): ReturnType<typeof createMeshCall> => {
    const call = createMeshCall({ signaling: room.join(), clock, createPeerConnection: fakePeerConnections(network) });
    call.on('fault', ({ error }) => console.log('fault', error));
    return call;
  };
  const a = make();
  const b = make();
  b.addTrack(createFakeTrack('video', 'vb'), { source: 'camera' });
  await clock.advance(2_000);
  console.log([...a.peers], [...b.peers], a.remoteTracks, b.remoteTracks);
  a.addTrack(createFakeTrack('video', 'va'), { source: 'camera' });
  await clock.advance(2_000);
  expect([...a.peers.values(), ...b.peers.values()]).toEqual(['connected', 'connected']);
  expect(b.remoteTracks.map(({ source }) => source)).toEqual(['camera']);
});
