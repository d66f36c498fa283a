import { signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { MeshCall, PeerState, StatsDigest } from '@parley/client';
import type { ShownTrack } from './tiles.js';

/** What a mesh call is at the moment, as signals. */
export interface MeshView {
  readonly peers: ReadonlySignal<ReadonlyMap<string, PeerState>>;
  /** What arrives. */
  readonly tracks: ReadonlySignal<readonly ShownTrack[]>;
  /** What was measured last; nothing for those who are not connected. */
  readonly stats: ReadonlySignal<ReadonlyMap<string, StatsDigest>>;
  /** The ids that participants had at first, by those that they have now, where they differ. */
  readonly firstIds: ReadonlySignal<ReadonlyMap<string, string>>;
}

/** Follows a call as long as it lives. */
export function createMeshView(mesh: MeshCall): MeshView {
  const peers = signal<ReadonlyMap<string, PeerState>>(mesh.peers);
  const tracks = signal<readonly ShownTrack[]>(mesh.remoteTracks);
  const stats = signal<ReadonlyMap<string, StatsDigest>>(new Map());
  const firstIds = signal<ReadonlyMap<string, string>>(new Map());
  const refresh = (): void => {
    peers.value = mesh.peers;
    tracks.value = mesh.remoteTracks;
    const connected = [...stats.peek()].filter(([id]) => peers.peek().get(id) === 'connected');
    if (connected.length !== stats.peek().size) stats.value = new Map(connected);
  };
  mesh.on('peer', refresh);
  mesh.on('renamed', ({ from, to }) => {
    const ids = firstIds.peek();
    firstIds.value = new Map([...ids].filter(([id]) => id !== from)).set(to, ids.get(from) ?? from);
    refresh();
  });
  mesh.on('track', refresh);
  mesh.on('trackEnded', refresh);
  mesh.on('stats', ({ peer, ...digest }) => (stats.value = new Map(stats.peek()).set(peer, digest)));
  return { peers, tracks, stats, firstIds };
}
