import { expect, test } from 'vitest';
import type { Memory } from '../src/app/memory.js';
import { createDevices } from '../src/devices/create-devices.js';
import type { DeviceKind, DeviceList, MediaPort } from '../src/devices/media-port.js';
import { mediaProblemOf } from '../src/devices/media-problem.js';
import type { MediaProblem } from '../src/devices/media-problem.js';
import { problemsOf } from '../src/devices/problems-of.js';

interface FakeTrack {
  readonly id: string;
  readonly stopped: boolean;
  /** The machine ends it. */
  end(): void;
}

/** A machine with devices that can be plugged, refused and pulled. */
function machine(
  first: Readonly<Record<DeviceKind, MediaProblem | undefined>> = {
    camera: undefined,
    microphone: undefined,
  },
) {
  const faults = { ...first };
  const asked: string[] = [];
  const switched: string[] = [];
  let devices = (): void => undefined;
  let permission: (kind: DeviceKind, state: 'granted' | 'denied' | 'prompt') => void = () => undefined;
  const track = (kind: DeviceKind, id: string): MediaStreamTrack => {
    const ends: (() => void)[] = [];
    const made = {
      ...{ id: id || `${kind}-1`, label: `${kind} ${id || 1}`, stopped: false },
      getSettings: () => ({ deviceId: made.id }),
      addEventListener: (_: string, run: () => void) => void ends.push(run),
      stop: () => void (made.stopped = true),
      end: () => ends.forEach((run) => run()),
    };
    return made as unknown as MediaStreamTrack;
  };
  const media: MediaPort = {
    async open(wanted) {
      asked.push(Object.keys(wanted).join('+'));
      const kinds = Object.entries(wanted) as [DeviceKind, string][];
      return Object.fromEntries(kinds.map(([kind, id]) => [kind, faults[kind] ?? track(kind, id)]));
    },
    list: async (): Promise<DeviceList> => ({ camera: [], microphone: [], speaker: [] }),
    onDevices: (told) => void (devices = told),
    onPermission: (told) => void (permission = told),
  };
  const kept = new Map<string, string>();
  const memory: Memory = {
    get: (key) => kept.get(key),
    set: (key, value) => void kept.set(key, value),
    take: () => undefined,
  };
  return {
    ...{ faults, asked, switched, kept },
    devices: createDevices(media, memory, (kind, label) => switched.push(`${kind}: ${label}`)),
    plug: () => devices(),
    permit: (kind: DeviceKind, state: 'granted' | 'denied') => permission(kind, state),
  };
}

const fake = (track: MediaStreamTrack | undefined): FakeTrack => track as unknown as FakeTrack;
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('one question opens both; what each lacks is told of it alone', async () => {
  const { devices, asked } = machine({ camera: 'denied', microphone: undefined });
  await devices.start();
  expect(asked).toEqual(['microphone+camera']);
  expect([devices.camera.problem.value, devices.microphone.problem.value]).toEqual(['denied', undefined]);
  expect(devices.microphone.track.value).toBeDefined();
});

test('a camera that was turned off stays off the next time, and its light with it', async () => {
  const { devices, kept } = machine();
  await devices.start();
  const track = fake(devices.camera.track.value);
  await devices.toggleCamera();
  expect([track.stopped, devices.camera.track.value, kept.get('camera-off')]).toEqual([
    true,
    undefined,
    'yes',
  ]);
  await devices.toggleCamera();
  expect(devices.camera.track.value).toBeDefined();
});

test('a permission that is withdrawn in mid-call is told as such, and given again it is used', async () => {
  const { devices, faults, permit } = machine();
  await devices.start();
  faults.camera = 'denied';
  permit('camera', 'denied');
  expect([devices.camera.track.value, devices.camera.problem.value]).toEqual([undefined, 'revoked']);
  faults.camera = undefined;
  permit('camera', 'granted');
  await settled();
  expect(devices.camera.track.value).toBeDefined();
  expect(devices.camera.problem.value).toBeUndefined();
});

test('a browser that only ends the track has withdrawn the permission as well', async () => {
  const { devices, faults } = machine();
  await devices.start();
  faults.microphone = 'denied';
  fake(devices.microphone.track.value).end();
  await settled();
  expect(devices.microphone.problem.value).toBe('revoked');
});

test('a device that is pulled out is replaced by another; by the next one that is plugged in if there is none', async () => {
  const { devices, faults, switched, plug } = machine();
  await devices.start();
  fake(devices.microphone.track.value).end();
  await settled();
  expect(switched).toEqual(['microphone: microphone 1']);
  faults.microphone = 'missing';
  fake(devices.microphone.track.value).end();
  await settled();
  expect(devices.microphone.problem.value).toBe('missing');
  faults.microphone = undefined;
  plug();
  await settled();
  expect(devices.microphone.track.value).toBeDefined();
});

test('of two choices in a hurry the later one counts, and the earlier device is given back', async () => {
  const { devices } = machine();
  await devices.start();
  await Promise.all([devices.camera.open('a'), devices.camera.open('b')]);
  expect(fake(devices.camera.track.value).id).toBe('b');
  devices.stop();
  expect(devices.camera.track.value).toBeUndefined();
});

test.each([
  ['NotAllowedError', 'denied'],
  ['NotFoundError', 'missing'],
  ['OverconstrainedError', 'missing'],
  ['NotReadableError', 'busy'],
  ['SecurityError', 'insecure'],
  ['TypeError', 'other'],
])('%s is %s', (name, problem) => {
  expect(mediaProblemOf(Object.assign(new Error(), { name }))).toBe(problem);
});

test.each([
  ['denied', 'denied', ['problem.both.denied.title']],
  ['insecure', 'insecure', ['problem.both.insecure.title']],
  ['busy', 'busy', ['problem.camera.busy.title', 'problem.microphone.busy.title']],
  ['missing', 'denied', ['problem.camera.missing.title', 'problem.microphone.denied.title']],
  [undefined, 'lost', ['problem.microphone.lost.title']],
  [undefined, undefined, []],
] as const)('camera %s and microphone %s are told as %j', (camera, microphone, titles) => {
  expect(problemsOf({ camera, microphone }).map(({ title }) => title)).toEqual(titles);
});

test('the speaker that was chosen is the one of the next time', async () => {
  const { devices, kept } = machine();
  devices.speaker.value = 'headset';
  expect(kept.get('speaker')).toBe('headset');
});
