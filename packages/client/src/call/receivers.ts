import type { Sources } from './pair-message.js';
import type { PeerConnection } from './peer-connection.js';
import type { TrackSource } from './senders.js';

/** A track of the other end. */
export interface RemoteTrack {
  readonly source: TrackSource;
  readonly track: MediaStreamTrack;
}

/** The other end's tracks on one RTCPeerConnection, as its last description has them. */
export interface Receivers {
  /** By mid. */
  readonly tracks: ReadonlyMap<string, RemoteTrack>;
  described(sources: Sources): void;
}

/** No tracks yet; `told` hears of each that comes or ends. */
export function createReceivers(
  pc: PeerConnection,
  told: (event: 'track' | 'trackEnded', what: RemoteTrack) => void,
): Receivers {
  const tracks = new Map<string, RemoteTrack>();
  return {
    tracks,
    described(sources) {
      const carried = new Map(sources);
      for (const [mid, remote] of tracks) {
        if (carried.get(mid) === remote.source) continue;
        tracks.delete(mid);
        told('trackEnded', remote);
      }
      for (const { mid, receiver } of pc.getTransceivers()) {
        const source = carried.get(mid ?? '');
        if (!mid || !source || tracks.has(mid)) continue;
        const remote = { source, track: receiver.track };
        tracks.set(mid, remote);
        told('track', remote);
      }
    },
  };
}
