import type { Outcome } from './check.js';

const PATIENCE_MS = 8_000;

/** Connects two ends within the page, by a data channel. */
export async function tryLocal(): Promise<Outcome> {
  const begin = performance.now();
  const [one, other] = [new RTCPeerConnection(), new RTCPeerConnection()];
  try {
    const found = await connect(one, other);
    const ms = Math.round(performance.now() - begin);
    return found
      ? { result: 'ok', text: 'check.local.ok', values: { ms } }
      : { result: 'failed', text: 'check.local.failed' };
  } finally {
    one.close();
    other.close();
  }
}

async function connect(one: RTCPeerConnection, other: RTCPeerConnection): Promise<boolean> {
  one.onicecandidate = ({ candidate }) => void (candidate && other.addIceCandidate(candidate));
  other.onicecandidate = ({ candidate }) => void (candidate && one.addIceCandidate(candidate));
  const opened = new Promise<boolean>((resolve) => {
    one.createDataChannel('').onopen = () => resolve(true);
    setTimeout(() => resolve(false), PATIENCE_MS);
  });
  const offer = await one.createOffer();
  await one.setLocalDescription(offer);
  await other.setRemoteDescription(offer);
  const answer = await other.createAnswer();
  await other.setLocalDescription(answer);
  await one.setRemoteDescription(answer);
  return opened;
}
