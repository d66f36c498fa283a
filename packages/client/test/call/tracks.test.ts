import { expect, test } from 'vitest';
import { mutedSources } from '../../src/call/index.js';
import { createFakeTrack } from './fake-track.js';
import { arriving, heard, sent, share, states, twoConnected } from './scene.js';
import { enter } from './world.js';

test('a call connects without any track, and a camera that is turned on later arrives', async () => {
  const scene = await twoConnected();
  const { a, b, world, pass } = scene;
  expect([...states(a), ...states(b)]).toEqual(['connected', 'connected']);
  const told = heard(b, 'track');
  share(a, 'camera');
  await pass(1_000);
  expect(told.map(({ from, source }) => [from, source])).toEqual([[a.client.id, 'camera']]);
  expect(told[0]?.track.kind).toBe('video');
  expect(arriving(b)).toEqual(['camera']);
  share(b, 'microphone');
  await pass(1_000);
  expect(arriving(a)).toEqual(['microphone']);
  expect(world.faults).toEqual([]);
});

test('who comes later gets every track that is being sent', async () => {
  const { a, b, world, pass } = await twoConnected();
  share(a, 'camera');
  share(a, 'microphone');
  share(b, 'camera');
  const c = enter(world, {
    localStream: { getTracks: () => [createFakeTrack('video', 'v'), createFakeTrack('audio', 'a')] },
  });
  await pass(2_000);
  expect(arriving(c)).toEqual(['camera', 'camera', 'microphone']);
  expect(c.call.remoteTracks.filter(({ from }) => from === a.client.id)).toHaveLength(2);
  expect(arriving(b)).toEqual(['camera', 'camera', 'microphone', 'microphone']);
});

test('a camera switched off and on twenty times ends and comes each time, and takes one m-line', async () => {
  const { a, b, pass } = await twoConnected();
  const [came, ended] = [heard(b, 'track'), heard(b, 'trackEnded')];
  for (let round = 0; round < 20; round += 1) {
    const track = share(a, 'camera');
    await pass(500);
    expect(arriving(b)).toEqual(['camera']);
    a.call.removeTrack(track);
    await pass(500);
    expect(arriving(b)).toEqual([]);
  }
  expect([came.length, ended.length]).toEqual([20, 20]);
  expect(a.pcs[0]?.getTransceivers()).toHaveLength(1);
});

test('what takes the place of another source in the same turn is told under its own name', async () => {
  const { a, b, pass } = await twoConnected();
  const camera = share(a, 'camera');
  await pass(1_000);
  a.call.removeTrack(camera);
  share(a, 'screen');
  await pass(1_000);
  expect(arriving(b)).toEqual(['screen']);
});

test('two tracks added in the same turn, where one m-line is free, both arrive', async () => {
  for (let round = 0; round < 20; round += 1) {
    const { a, b, pass } = await twoConnected(round + 1);
    share(a, 'camera');
    await pass(1_000);
    share(b, 'camera');
    share(b, 'screen');
    await pass(1_000);
    expect(arriving(a)).toEqual(['camera', 'screen']);
  }
});

test('replaceTrack negotiates nothing', async () => {
  const scene = await twoConnected();
  const { a, pass } = scene;
  const camera = share(a, 'camera');
  await pass(1_000);
  const offers = sent(scene, 'offer');
  const screen = createFakeTrack('video', 'screen');
  a.call.replaceTrack(camera, screen);
  await pass(1_000);
  expect(a.pcs[0]?.getTransceivers()[0]?.sender.track).toBe(screen);
  expect(sent(scene, 'offer')).toBe(offers);
  expect(() => a.call.replaceTrack(camera, screen)).toThrow(RangeError);
  expect(() => a.call.replaceTrack(screen, createFakeTrack('audio', 'a'))).toThrow(TypeError);
});

test('a screen share that the browser ends is removed by itself', async () => {
  const { a, b, pass } = await twoConnected();
  share(a, 'camera');
  const screen = share(a, 'screen');
  await pass(1_000);
  expect(arriving(b)).toEqual(['camera', 'screen']);
  screen.end();
  await pass(1_000);
  expect(arriving(b)).toEqual(['camera']);
});

test('muting disables tracks, those to come included, and is told to the others, also after a rejoin', async () => {
  const { a, b, pass } = await twoConnected();
  const told = heard(b, 'muted');
  const microphone = share(a, 'microphone');
  a.call.setMuted('microphone', true);
  expect(microphone.enabled).toBe(false);
  await pass(100);
  expect(told.map(({ from, sources }) => [from, ...sources])).toEqual([[a.client.id, 'microphone']]);
  const other = createFakeTrack('audio', 'other');
  a.call.replaceTrack(microphone, other);
  expect(other.enabled).toBe(false);
  a.client.disconnect();
  a.client.expire();
  a.client.reconnect();
  await pass(2_000);
  const attributes = b.client.roster?.participants.get(a.client.id)?.attributes ?? {};
  expect([...mutedSources(attributes)]).toEqual(['microphone']);
  a.call.setMuted('microphone', false);
  expect(other.enabled).toBe(true);
  await pass(100);
  expect(told.at(-1)?.sources.size).toBe(0);
});
