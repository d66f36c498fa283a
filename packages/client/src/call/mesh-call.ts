import type { Emitter } from '../emitter.js';
import type { ClientClock } from '../ports.js';
import type { SignalingClient } from '../signaling/signaling-client.js';
import type { Channel } from './channels.js';
import type { PeerState } from './peer-state.js';
import type { CreatePeerConnection, DataChannelOptions } from './peer-connection.js';
import type { RemoteTrack } from './receivers.js';
import type { TrackSource } from './senders.js';
import type { StatsDigest } from './stats-digest.js';

/**
 * A call with everybody in a room, each participant connected to each by an RTCPeerConnection. It connects again by
 * itself: a healthy RTCPeerConnection outlives outages of signaling, also when the two participants have new ids
 * afterwards, and one that fails is restarted or replaced.
 */
export interface MeshCall extends Pick<Emitter<MeshCallEvents>, 'on'> {
  /** The other participants with whom there is, or is to be, a connection. */
  readonly peers: ReadonlyMap<string, PeerState>;
  /** What arrives from each participant at the moment. */
  readonly remoteTracks: readonly (RemoteTrack & { readonly from: string })[];
  /** Sends a track to everybody, whoever comes later included. A track that ends is removed by itself. */
  addTrack(track: MediaStreamTrack, options: { readonly source: TrackSource }): void;
  /** Does not stop the track. */
  removeTrack(track: MediaStreamTrack): void;
  /**
   * Sends another track in the place of one, without negotiation: another camera, or the screen. Throws a RangeError if
   * the first one is not being sent, a TypeError if the two are not of one kind.
   */
  replaceTrack(track: MediaStreamTrack, by: MediaStreamTrack): void;
  /** Disables the tracks of a source, present and future, and tells the others by the attribute `muted`. */
  setMuted(source: TrackSource, muted: boolean): void;
  /** The data channel of that name: others that ask for the same name hear what is sent on it. */
  channel(name: string, options?: DataChannelOptions): Channel;
  /** Ends the call for this end: all connections are closed, and the others told. Signaling goes on. */
  leave(): void;
}

/** What a call tells. */
export interface MeshCallEvents {
  /** How it stands with a participant; `closed`: it has left, or was removed, and nothing of it is left. */
  peer: { readonly id: string; readonly state: PeerState | 'closed' };
  /** A participant, with everything it sends, has another id after a rejoin. */
  renamed: { readonly from: string; readonly to: string };
  /** A track of a participant has come. */
  track: RemoteTrack & { readonly from: string };
  /** It sends that track no more, or has left. */
  trackEnded: RemoteTrack & { readonly from: string };
  /** What a participant has muted now. */
  muted: { readonly from: string; readonly sources: ReadonlySet<TrackSource> };
  /** Of each connected participant, each `statsEveryMs`. */
  stats: StatsDigest & { readonly peer: string };
  /** Two ends have offered in the same moment; it is resolved by itself. */
  collision: { readonly peer: string };
  /** Something failed, and was got over; or a listener threw. */
  fault: { readonly error: unknown };
}

/** What a call is made of. */
export interface MeshCallOptions {
  /** Joined, or about to join. */
  readonly signaling: Pick<
    SignalingClient,
    'state' | 'id' | 'roster' | 'iceServers' | 'send' | 'update' | 'report' | 'on'
  >;
  /** Tracks to begin with: video as `camera`, audio as `microphone`. */
  readonly localStream?: Pick<MediaStream, 'getTracks'>;
  /** For each RTCPeerConnection; `iceServers` are those that the server tells, behind any given here. */
  readonly configuration?: RTCConfiguration;
  /** 3 s unless told. */
  readonly statsEveryMs?: number;
  /** Whether the server's metrics are told how the call does (never who is in it, or what is said); `true` unless told. */
  readonly quality?: boolean;
  /** `globalThis.RTCPeerConnection` unless told. */
  readonly createPeerConnection?: CreatePeerConnection;
  /** The machine's unless told. */
  readonly clock?: ClientClock;
}
