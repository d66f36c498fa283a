import { signal } from '@preact/signals';
import type { ReadonlySignal, Signal } from '@preact/signals';
import type { Memory } from '../app/memory.js';
import { createDevice } from './device.js';
import type { Device } from './device.js';
import type { DeviceKind, DeviceList, MediaPort } from './media-port.js';

/** Camera, microphone and speaker of this end. */
export interface Devices {
  readonly camera: Device;
  readonly microphone: Device;
  /** True: the microphone is open and says nothing. */
  readonly muted: Signal<boolean>;
  /** The id of the output device; empty: the system's. */
  readonly speaker: Signal<string>;
  readonly list: ReadonlySignal<DeviceList>;
  /** Until the user has answered for the first time. */
  readonly starting: ReadonlySignal<boolean>;
  /** Opens what was on the last time: both, at first. */
  start(): Promise<void>;
  toggleCamera(): Promise<void>;
  /** Also opens a microphone that failed before. */
  toggleMuted(): Promise<void>;
  stop(): void;
}

const NOTHING: DeviceList = { camera: [], microphone: [], speaker: [] };

/** Devices that are closed until `start`. `switched` hears when another device took the place of one that was lost. */
export function createDevices(
  media: MediaPort,
  memory: Memory,
  switched: (kind: DeviceKind, label: string) => void,
): Devices {
  const list = signal(NOTHING);
  const starting = signal(false);
  const muted = signal(memory.get('muted') === 'yes');
  const speaker = signal(memory.get('speaker') ?? '');
  const refresh = async (): Promise<void> => void (list.value = await media.list().catch(() => NOTHING));
  const make = (kind: DeviceKind): Device =>
    createDevice(kind, media, memory.get(kind) ?? '', (id) => {
      memory.set(kind, id);
      void refresh();
    });
  const [camera, microphone] = [make('camera'), make('microphone')];
  speaker.subscribe((id) => memory.set('speaker', id));
  watchDevices(media, [camera, microphone], refresh, switched);
  return {
    ...{ camera, microphone, muted, speaker, list, starting },
    async start() {
      starting.value = true;
      const off = memory.get('camera-off') === 'yes';
      const wanted = { microphone: microphone.chosen.peek(), ...(!off && { camera: camera.chosen.peek() }) };
      const opened = await media.open(wanted);
      starting.value = false;
      for (const device of [camera, microphone]) {
        if (opened[device.kind] === 'missing' && device.chosen.peek() !== '') await device.open('');
        else device.take(opened[device.kind]);
      }
      await refresh();
    },
    async toggleCamera() {
      const on = camera.track.peek() !== undefined;
      memory.set('camera-off', on ? 'yes' : 'no');
      if (on) camera.close();
      else await camera.open();
    },
    async toggleMuted() {
      if (!microphone.track.peek()) await microphone.open();
      else muted.value = !muted.peek();
      memory.set('muted', muted.peek() ? 'yes' : 'no');
    },
    stop() {
      camera.close();
      microphone.close();
    },
  };
}

/** Goes on with another device where one is lost, and with one that comes where there was none. */
function watchDevices(
  media: MediaPort,
  devices: readonly Device[],
  refresh: () => Promise<void>,
  switched: (kind: DeviceKind, label: string) => void,
): void {
  const goOn = async (device: Device): Promise<void> => {
    await device.open('');
    const label = device.track.peek()?.label;
    if (label !== undefined) switched(device.kind, label);
    if (device.problem.peek() === 'denied') device.lose('revoked');
  };
  for (const device of devices)
    device.problem.subscribe((problem) => problem === 'lost' && void goOn(device));
  media.onDevices(() => {
    void refresh();
    for (const device of devices) {
      const problem = device.problem.peek();
      if (!device.track.peek() && problem === 'missing') void goOn(device);
    }
  });
  media.onPermission((kind, state) => {
    const device = devices.find((one) => one.kind === kind);
    if (!device) return;
    if (state === 'denied' && (device.track.peek() || device.busy.peek())) device.lose('revoked');
    const refused = device.problem.peek() === 'denied' || device.problem.peek() === 'revoked';
    if (state === 'granted' && refused) void device.open();
  });
}
