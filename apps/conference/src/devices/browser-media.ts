import type { DeviceChoice, DeviceKind, DeviceList, MediaPort, Opened } from './media-port.js';
import { mediaProblemOf } from './media-problem.js';

const PICTURE = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };
const SOUND = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const KINDS: Readonly<Record<MediaDeviceKind, keyof DeviceList>> = {
  videoinput: 'camera',
  audioinput: 'microphone',
  audiooutput: 'speaker',
};

/** The cameras and microphones of the browser. */
export function browserMedia({ mediaDevices, permissions }: Navigator = navigator): MediaPort {
  // Where the address is not safe, browsers have none, whatever the types say.
  const media = mediaDevices as MediaDevices | undefined;
  const openOne = async (kind: DeviceKind, id: string): Promise<Opened> => {
    try {
      return pick(await media?.getUserMedia(constraintsOf({ [kind]: id })), [kind]);
    } catch (error) {
      return { [kind]: mediaProblemOf(error) };
    }
  };
  return {
    async open(wanted) {
      const kinds = (['camera', 'microphone'] as const).filter((kind) => wanted[kind] !== undefined);
      if (!media) return Object.fromEntries(kinds.map((kind) => [kind, 'insecure']));
      if (kinds.length === 2) {
        try {
          return pick(await media.getUserMedia(constraintsOf(wanted)), kinds);
        } catch {
          // One of the two failed: each by itself tells which, and why.
        }
      }
      const one = [];
      for (const kind of kinds) one.push(await openOne(kind, wanted[kind] ?? ''));
      return Object.assign({}, ...one) as Opened;
    },
    list: async () => sorted((await media?.enumerateDevices()) ?? []),
    onDevices: (told) => media?.addEventListener('devicechange', told),
    onPermission(told) {
      for (const kind of ['camera', 'microphone'] as const) void watch(permissions, kind, told);
    },
  };
}

function constraintsOf({ camera, microphone }: Readonly<Partial<Record<DeviceKind, string>>>) {
  const of = <T extends object>(id: string | undefined, more: T) =>
    id === undefined ? false : id === '' ? more : { ...more, deviceId: { exact: id } };
  return { video: of(camera, PICTURE), audio: of(microphone, SOUND) };
}

function pick(stream: MediaStream | undefined, kinds: readonly DeviceKind[]): Opened {
  const track = { camera: stream?.getVideoTracks()[0], microphone: stream?.getAudioTracks()[0] };
  return Object.fromEntries(kinds.map((kind) => [kind, track[kind] ?? 'missing']));
}

/** Before the permission is given, browsers list devices without id or name: nothing to choose from. */
function sorted(devices: readonly MediaDeviceInfo[]): DeviceList {
  const list: Record<keyof DeviceList, DeviceChoice[]> = { camera: [], microphone: [], speaker: [] };
  for (const { kind, deviceId, label } of devices) {
    if (deviceId !== '') list[KINDS[kind]].push({ id: deviceId, label });
  }
  return list;
}

async function watch(
  permissions: Permissions | undefined,
  kind: DeviceKind,
  told: Parameters<MediaPort['onPermission']>[0],
): Promise<void> {
  try {
    const status = await permissions?.query({ name: kind });
    status?.addEventListener('change', () => told(kind, status.state));
  } catch {
    // This browser does not tell; that a track ends is noticed all the same.
  }
}
