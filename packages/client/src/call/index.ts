export type { Channel, ChannelEvents } from './channel.js';
export { createMeshCall } from './create-mesh-call.js';
export type { PeerState } from './ice-watch.js';
export { mutedSources } from './local-media.js';
export type { MeshCall, MeshCallEvents, MeshCallOptions } from './mesh-call.js';
export type { ChannelData } from './peer-channels.js';
export type {
  Candidate,
  CreatePeerConnection,
  DataChannel,
  DataChannelOptions,
  PeerConnection,
  PeerConnectionEvent,
  Sender,
  SessionDescription,
  StatsEntry,
  StatsReport,
  Transceiver,
} from './peer-connection.js';
export type { RemoteTrack } from './receivers.js';
export type { LocalTrack, TrackSource } from './senders.js';
export type { StatsDigest } from './stats-digest.js';
