import { createEmitter } from '../signaling/emitter.js';
import type { Emitter } from '../signaling/emitter.js';
import type { ClientClock } from '../signaling/ports.js';
import type { SignalingEvents } from '../signaling/signaling-client.js';
import { browserClock } from '../system/browser-clock.js';
import { createChannels } from './channels.js';
import type { Channels } from './channels.js';
import { createLocalMedia, mutedSources } from './local-media.js';
import type { LocalMedia } from './local-media.js';
import { createMembers } from './members.js';
import type { Members } from './members.js';
import type { MeshCall, MeshCallEvents, MeshCallOptions } from './mesh-call.js';
import { createMonitor } from './monitor.js';
import { decodePairMessage, encodePairMessage } from './pair-message.js';
import type { PairMessage } from './pair-message.js';
import type { PeerChannels } from './peer-channels.js';
import type { CreatePeerConnection } from './peer-connection.js';
import { createPeer } from './peer.js';
import type { Peer } from './peer.js';

interface Call {
  readonly options: MeshCallOptions;
  readonly clock: ClientClock;
  readonly emitter: Emitter<MeshCallEvents>;
  readonly channels: Channels;
  readonly channelsOf: Map<Peer, PeerChannels>;
  readonly members: Members;
  readonly media: LocalMedia;
  readonly fault: (error: unknown) => void;
  sessions: number;
}

/** Begins a call in the room that `signaling` joins or has joined. */
export function createMeshCall(options: MeshCallOptions): MeshCall {
  const { signaling, clock = browserClock } = options;
  const fault = (error: unknown): void => emitter.emit('fault', { error });
  // What a listener of `fault` throws is nobody's to hear.
  const emitter: Emitter<MeshCallEvents> = createEmitter((error) => {
    if (!faulty) {
      faulty = true;
      fault(error);
      faulty = false;
    }
  });
  let faulty = false;
  const connections = () => members.all().flatMap(({ connection }) => connection ?? []);
  const members: Members = createMembers({
    clock,
    createPeer: (id) => makePeer(call, id),
    send: (to, message) => void send(call, to, message),
    reachable: (id) => reachable(call, id),
    removed: (peer) => removed(call, peer),
    renamed: (from, to) => emitter.emit('renamed', { from, to }),
  });
  const media = createLocalMedia({
    signaling,
    fault,
    changed: () => connections().forEach((one) => one.sync(media.tracks)),
    replaced: (local) => connections().forEach(({ senders }) => senders.replaced(local)),
  });
  const channels = createChannels(fault);
  const call: Call = {
    options,
    clock,
    emitter,
    channels,
    channelsOf: new Map(),
    members,
    media,
    fault,
    // A later call of this participant goes on above the numbers of an earlier one, which others may remember.
    sessions: Math.floor(clock.now()),
  };
  options.localStream?.getTracks().forEach((track) => {
    media.add(track, track.kind === 'video' ? 'camera' : 'microphone');
  });
  const stop = listen(call);
  return publicCall(call, stop);
}

function publicCall({ members, media, emitter, channels }: Call, stop: () => void): MeshCall {
  return {
    on: emitter.on,
    get peers() {
      return new Map(members.all().flatMap(({ id, state, connection }) => (connection ? [[id, state]] : [])));
    },
    get remoteTracks() {
      return members
        .all()
        .flatMap(({ id, connection }) =>
          [...(connection?.receivers.tracks ?? [])].map((remote) => ({ ...remote, from: id })),
        );
    },
    addTrack: (track, { source }) => media.add(track, source),
    removeTrack: media.remove,
    replaceTrack: media.replace,
    setMuted: media.setMuted,
    channel: channels.channel,
    leave() {
      stop();
      members.close(true);
    },
  };
}

/** Follows signaling until the call ends. */
function listen(call: Call): () => void {
  const { options, clock, members, emitter, fault } = call;
  const { signaling } = options;
  const monitor = createMonitor({
    clock,
    everyMs: options.statsEveryMs ?? 3_000,
    peers: members.all,
    configuration: () => configuration(call),
    digest: (peer, digest) => emitter.emit('stats', { peer, ...digest }),
    fault,
  });
  const roster = (changed: SignalingEvents['roster']): void => follow(call, changed);
  const off = [
    monitor.stop,
    signaling.on('roster', roster),
    signaling.on('iceServers', monitor.renewed),
    signaling.on('signal', ({ from, message }) => {
      const decoded = decodePairMessage(message);
      if (decoded !== undefined) members.receive(from, decoded);
    }),
    signaling.on('reset', ({ peer }) => {
      const known = members.get(peer);
      if (known?.connection) known.start();
    }),
    signaling.on('drained', ({ peer }) => members.get(peer)?.connection?.negotiation.drained()),
    signaling.on('state', ({ name }) => {
      if (name === 'ended') stop(false);
      else members.all().forEach((peer) => peer.check());
    }),
  ];
  const stop = (bye: boolean): void => {
    off.splice(0).forEach((end) => end());
    members.close(bye);
  };
  if (signaling.roster !== undefined) roster({ roster: signaling.roster, changes: [] });
  return () => stop(true);
}

function follow({ options, members, media, emitter }: Call, { roster, changes }: SignalingEvents['roster']): void {
  const self = options.signaling.id;
  // Until this end's own entry is there, the roster is that of the participant before.
  if (self === undefined || !roster.participants.has(self)) return;
  members.changed(self, roster, changes);
  media.announce();
  for (const change of changes) {
    if (change.what === 'updated' && change.participant !== self && change.attributes !== undefined) {
      emitter.emit('muted', { from: change.participant, sources: mutedSources(change.attributes) });
    }
  }
  for (const peer of members.all()) peer.check();
}

function makePeer(call: Call, id: string): Peer {
  const { clock, media, emitter, fault } = call;
  const { signaling, createPeerConnection = browserPeerConnection } = call.options;
  const channels = call.channels.add(() => peer.id);
  const peer: Peer = createPeer(id, {
    clock,
    createPeerConnection,
    channels,
    configuration: () => configuration(call),
    wanted: () => media.tracks,
    self: () => signaling.id ?? '',
    send: (to, message) => send(call, to, message),
    nextSession: (after) => (call.sessions = Math.max(call.sessions, after) + 1),
    reachable: (to) => reachable(call, to),
    changed(state) {
      emitter.emit('peer', { id: peer.id, state });
      call.members.stateChanged(peer);
    },
    track: (event, what) => emitter.emit(event, { ...what, from: peer.id }),
    collision: () => emitter.emit('collision', { peer: peer.id }),
    fault,
  });
  call.channelsOf.set(peer, channels);
  return peer;
}

function reachable({ options }: Call, id: string): boolean {
  const { state, roster } = options.signaling;
  return state.name === 'joined' && roster?.participants.get(id)?.status === 'online';
}

function removed({ channels, channelsOf }: Call, peer: Peer): void {
  const own = channelsOf.get(peer);
  if (own !== undefined) channels.remove(own);
  channelsOf.delete(peer);
}

function send({ options, fault }: Call, to: string, message: PairMessage): boolean {
  try {
    return options.signaling.send(to, encodePairMessage(message)) !== 'full';
  } catch (error) {
    fault(error);
    return true;
  }
}

function configuration({ options }: Call): RTCConfiguration {
  const { signaling, configuration: given } = options;
  const iceServers = [...(given?.iceServers ?? []), ...(signaling.iceServers as RTCIceServer[])];
  return { ...given, iceServers };
}

const browserPeerConnection: CreatePeerConnection = (given) => new RTCPeerConnection(given);
