import type { DeviceKind, MediaPort } from '../devices/media-port.js';
import type { Outcome } from './check.js';

/** Opens a device, and closes it again. */
export async function tryDevice(media: MediaPort, kind: DeviceKind): Promise<Outcome> {
  const track = (await media.open({ [kind]: '' }))[kind];
  if (typeof track !== 'object')
    return { result: 'warning', text: `problem.${kind}.${track ?? 'other'}.title` };
  const { width = 0, height = 0 } = track.getSettings();
  track.stop();
  return { result: 'ok', text: `check.${kind}.ok`, values: { device: track.label, width, height } };
}

/** Whether the browser can hold calls at all. */
export function tryBrowser(scope: {
  readonly isSecureContext: boolean;
  readonly RTCPeerConnection?: unknown;
}): Outcome {
  if (typeof scope.RTCPeerConnection !== 'function') return { result: 'failed', text: 'check.browser.old' };
  if (!scope.isSecureContext) return { result: 'failed', text: 'check.browser.insecure' };
  return { result: 'ok', text: 'check.browser.ok' };
}
