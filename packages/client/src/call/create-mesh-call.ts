import { createEmitter } from '../emitter.js';
import type { SignalingEvents } from '../signaling/signaling-client.js';
import { browserClock } from '../system/browser-clock.js';
import type { CallContext } from './call-context.js';
import { createChannels } from './channels.js';
import type { Connection } from './connection.js';
import { createLocalTracks } from './local-tracks.js';
import { createMembers } from './members.js';
import type { Members } from './members.js';
import type { MeshCall, MeshCallEvents, MeshCallOptions } from './mesh-call.js';
import { monitorStats, renewIceServers } from './monitor-stats.js';
import { mutedSources, tellMuted } from './muted-sources.js';
import { decodePairMessage, encodePairMessage } from './pair-message.js';
import type { LocalTrack, TrackSource } from './senders.js';

/** Begins a call in the room that `signaling` joins or has joined. */
export function createMeshCall(options: MeshCallOptions): MeshCall {
  const emitter = createEmitter<MeshCallEvents>();
  const local = createLocalTracks(
    () => connectionsOf(members).forEach(({ senders }) => senders.sync()),
    (replaced) => connectionsOf(members).forEach(({ senders }) => senders.replaced(replaced)),
  );
  const call = contextOf(options, emitter, local.tracks);
  const members: Members = createMembers(call);
  const announce = (): void => void tellMuted(options.signaling, local.muted).catch(call.fault);
  for (const track of options.localStream?.getTracks() ?? []) {
    local.add(track, track.kind === 'video' ? 'camera' : 'microphone');
  }
  const leave = follow(options, call, members, announce);
  return {
    on: emitter.on,
    get peers() {
      return new Map(members.all().flatMap(({ id, state, connection }) => (connection ? [[id, state]] : [])));
    },
    get remoteTracks() {
      return members
        .all()
        .flatMap(({ id, connection }) =>
          [...(connection?.receivers.tracks.values() ?? [])].map((remote) => ({ ...remote, from: id })),
        );
    },
    addTrack: (track, { source }) => local.add(track, source),
    removeTrack: local.remove,
    replaceTrack: local.replace,
    setMuted(source: TrackSource, muted: boolean) {
      local.setMuted(source, muted);
      announce();
    },
    channel: call.channels.channel,
    leave: () => leave(true),
  };
}

function connectionsOf(members: Members): Connection[] {
  return members.all().flatMap(({ connection }) => connection ?? []);
}

function contextOf(
  { signaling, configuration, clock = browserClock, createPeerConnection }: MeshCallOptions,
  { emit, fault }: Pick<CallContext, 'emit' | 'fault'>,
  tracks: ReadonlySet<LocalTrack>,
): CallContext {
  // A later call of this participant goes on above the numbers of an earlier one, which others may remember.
  let sessions = Math.floor(clock.now());
  return {
    clock,
    tracks,
    quality: { pairs: new Map(), restarts: 0 },
    emit,
    fault,
    channels: createChannels(fault),
    createPeerConnection: createPeerConnection ?? ((given) => new RTCPeerConnection(given)),
    configuration: () => ({
      ...configuration,
      iceServers: [...(configuration?.iceServers ?? []), ...(signaling.iceServers as RTCIceServer[])],
    }),
    self: () => signaling.id ?? '',
    reachable: (id) =>
      signaling.state.name === 'joined' && signaling.roster?.participants.get(id)?.status === 'online',
    send(to, message) {
      try {
        return signaling.send(to, encodePairMessage(message)) !== 'full';
      } catch (error) {
        fault(error);
        return true;
      }
    },
    nextSession: (after) => (sessions = Math.max(sessions, after) + 1),
  };
}

/** Follows signaling, and lets `announce` tell others what is muted if they do not know, until the function that is returned ends the call. */
function follow(
  { signaling, statsEveryMs = 3_000, quality = true }: MeshCallOptions,
  call: CallContext,
  members: Members,
  announce: () => void,
): (bye: boolean) => void {
  const checkAll = (): void => members.all().forEach((peer) => peer.check());
  const changed = ({ roster, changes }: SignalingEvents['roster']): void => {
    const self = call.self();
    // Until this end's own entry is there, the roster is that of the participant before.
    if (!roster.participants.has(self)) return;
    members.changed(roster, changes);
    announce();
    for (const change of changes) {
      if (change.what !== 'updated' || change.participant === self || !change.attributes) continue;
      call.emit('muted', { from: change.participant, sources: mutedSources(change.attributes) });
    }
    checkAll();
  };
  const { on } = signaling;
  const off = [
    monitorStats(call, statsEveryMs, members.all, quality && signaling.report),
    on('roster', changed),
    on('iceServers', () => {
      for (const one of connectionsOf(members)) renewIceServers(one, call.configuration()).catch(call.fault);
    }),
    on('signal', ({ from, message }) => {
      const decoded = decodePairMessage(message);
      if (decoded) members.receive(from, decoded);
    }),
    on('reset', ({ peer }) => {
      const known = members.get(peer);
      if (known?.connection) known.start();
    }),
    on('drained', ({ peer }) => members.get(peer)?.connection?.negotiation.linked()),
    on('state', ({ name }) => {
      if (name === 'ended') leave(false);
      else checkAll();
    }),
  ];
  const leave = (bye: boolean): void => {
    for (const end of off.splice(0)) end();
    members.close(bye);
  };
  if (signaling.roster) changed({ roster: signaling.roster, changes: [] });
  return leave;
}
