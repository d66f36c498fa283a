import type { LocalTrack, TrackSource } from './senders.js';

/** What this end sends. */
export interface LocalTracks {
  readonly tracks: ReadonlySet<LocalTrack>;
  readonly muted: ReadonlySet<TrackSource>;
  add(track: MediaStreamTrack, source: TrackSource): void;
  remove(track: MediaStreamTrack): void;
  replace(track: MediaStreamTrack, by: MediaStreamTrack): void;
  setMuted(source: TrackSource, muted: boolean): void;
}

/** Nothing to send yet; told of tracks that come or go, and of those whose MediaStreamTrack was replaced. */
export function createLocalTracks(changed: () => void, replaced: (local: LocalTrack) => void): LocalTracks {
  const tracks = new Set<LocalTrack>();
  const muted = new Set<TrackSource>();
  const find = (track: MediaStreamTrack): LocalTrack | undefined =>
    [...tracks].find((local) => local.track === track);
  const remove = (track: MediaStreamTrack): void => {
    const local = find(track);
    if (local && tracks.delete(local)) changed();
  };
  const use = (track: MediaStreamTrack, source: TrackSource): void => {
    if (muted.has(source)) track.enabled = false;
    // A screen share that ends by the browser's own button ends here as well.
    track.addEventListener('ended', () => remove(track));
  };
  return {
    tracks,
    muted,
    remove,
    add(track, source) {
      if (find(track)) return;
      use(track, source);
      tracks.add({ track, source });
      changed();
    },
    replace(track, by) {
      const local = find(track);
      if (!local) throw new RangeError('not sent');
      if (by.kind !== track.kind) throw new TypeError('kind');
      use(by, local.source);
      local.track = by;
      replaced(local);
    },
    setMuted(source, on) {
      if (on) muted.add(source);
      else muted.delete(source);
      for (const local of tracks) if (local.source === source) local.track.enabled = !on;
    },
  };
}
