import { computed, effect } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { MeshCall, TrackSource } from '@parley/client';
import type { Devices } from '../devices/create-devices.js';
import { pictureSize } from './picture-size.js';
import type { PictureSize } from './picture-size.js';

/**
 * Sends what camera and microphone give, and whatever is chosen in their place, until the function that is returned is
 * called; to how many `others`, decides how large a picture.
 */
export function sendDevices(
  mesh: MeshCall,
  { camera, microphone, muted }: Devices,
  others: ReadonlySignal<number>,
): () => void {
  const size = computed(() => pictureSize(others.value));
  const ends = [
    effect(() => fit(camera.track.value, size.value)),
    sendTrack(mesh, camera.track, 'camera'),
    sendTrack(mesh, microphone.track, 'microphone'),
    effect(() => mesh.setMuted('microphone', muted.value || !microphone.track.value)),
  ];
  return () => ends.forEach((end) => end());
}

/** A camera that cannot, or will not, stays as it is. */
function fit(track: MediaStreamTrack | undefined, { width, height, frameRate }: PictureSize): void {
  const wanted = { width: { ideal: width }, height: { ideal: height }, frameRate: { ideal: frameRate } };
  void track?.applyConstraints(wanted).catch(() => undefined);
}

function sendTrack(
  mesh: MeshCall,
  wanted: ReadonlySignal<MediaStreamTrack | undefined>,
  source: TrackSource,
): () => void {
  let sent: MediaStreamTrack | undefined;
  return effect(() => {
    const next = wanted.value;
    if (next === sent) return;
    const before = sent;
    sent = next;
    if (before && next) {
      try {
        return mesh.replaceTrack(before, next);
      } catch {
        // It has ended meanwhile, and with that it is no longer sent.
      }
    } else if (before) mesh.removeTrack(before);
    if (next) mesh.addTrack(next, { source });
  });
}
