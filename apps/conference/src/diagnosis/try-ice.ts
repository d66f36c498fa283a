import type { Outcome } from './check.js';
import type { IceWay } from './ice-urls.js';

const PATIENCE_MS = 8_000;

/** Asks servers for a candidate of theirs: `srflx` of a STUN server, `relay` of a TURN server. */
export async function tryIce(way: IceWay, servers: readonly RTCIceServer[]): Promise<Outcome> {
  const stun = way === 'stun';
  if (servers.length === 0) return { result: 'warning', text: stun ? 'check.stun.none' : 'check.turn.none' };
  const begin = performance.now();
  const pc = new RTCPeerConnection({
    iceServers: [...servers],
    iceTransportPolicy: stun ? 'all' : 'relay',
  });
  try {
    const reason = await gathered(pc, stun ? 'srflx' : 'relay');
    const ms = Math.round(performance.now() - begin);
    if (reason === undefined)
      return { result: 'ok', text: stun ? 'check.stun.ok' : 'check.turn.ok', values: { ms } };
    if (stun) return { result: 'warning', text: 'check.stun.failed' };
    return { result: 'failed', text: 'check.turn.failed', values: { reason } };
  } finally {
    pc.close();
  }
}

/** Resolves with undefined once there is such a candidate, else with why there is none. */
function gathered(pc: RTCPeerConnection, type: RTCIceCandidateType): Promise<string | undefined> {
  let error = 'no answer';
  return new Promise((resolve, reject) => {
    setTimeout(() => resolve(error), PATIENCE_MS);
    pc.onicecandidate = ({ candidate }) => {
      if (candidate?.type === type || candidate?.candidate.includes(` typ ${type}`)) resolve(undefined);
      else if (!candidate) resolve(error);
    };
    // Its text may name addresses; its code says enough (RFC 8656, 701: not reached at all).
    pc.onicecandidateerror = ({ errorCode }) =>
      void (error = errorCode === 701 ? 'not reached' : `error ${errorCode}`);
    pc.createDataChannel('');
    pc.createOffer()
      .then((offer) => pc.setLocalDescription(offer))
      .catch(reject);
  });
}
