export type { Channel, ChannelData, ChannelEvents } from './channels.js';
export { createMeshCall } from './create-mesh-call.js';
export type { PeerState } from './peer-state.js';
export { mutedSources } from './muted-sources.js';
export type { MeshCall, MeshCallEvents, MeshCallOptions } from './mesh-call.js';

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
