import type { SignalingClient } from '../signaling/signaling-client.js';
import type { LocalTrack, TrackSource } from './senders.js';

/** The attribute of a participant that lists its muted sources, separated by commas. */
const MUTED = 'muted';

/** What this end sends. */
export interface LocalMedia {
  readonly tracks: ReadonlySet<LocalTrack>;
  add(track: MediaStreamTrack, source: TrackSource): void;
  remove(track: MediaStreamTrack): void;
  replace(track: MediaStreamTrack, by: MediaStreamTrack): void;
  setMuted(source: TrackSource, muted: boolean): void;
  /** A new participant knows nothing of its attributes. */
  announce(): void;
}

/** What local media is made of. */
export interface LocalMediaDeps {
  readonly signaling: Pick<SignalingClient, 'id' | 'roster' | 'update'>;
  /** Tracks came or went. */
  changed(): void;
  replaced(local: LocalTrack): void;
  fault(error: unknown): void;
}

/** Nothing to send yet. */
export function createLocalMedia(deps: LocalMediaDeps): LocalMedia {
  const { signaling, fault } = deps;
  const tracks = new Set<LocalTrack>();
  const muted = new Set<TrackSource>();
  const find = (track: MediaStreamTrack): LocalTrack | undefined =>
    [...tracks].find((local) => local.track === track);
  const remove = (track: MediaStreamTrack): void => {
    const local = find(track);
    if (local !== undefined && tracks.delete(local)) deps.changed();
  };
  // A screen share that ends by the browser's own button ends here as well.
  const watch = (track: MediaStreamTrack): void => track.addEventListener('ended', () => remove(track));
  const announce = (): void => {
    const own = signaling.roster?.participants.get(signaling.id ?? '');
    if (own === undefined) return;
    const told = own.attributes[MUTED] ?? '';
    const now = [...muted].join(',');
    if (told !== now) void signaling.update({ attributes: { ...own.attributes, [MUTED]: now } }).catch(fault);
  };
  const apply = ({ track, source }: LocalTrack): void => {
    if (muted.has(source)) track.enabled = false;
  };
  return {
    tracks,
    add(track, source) {
      if (find(track) !== undefined) return;
      const local = { track, source };
      apply(local);
      tracks.add(local);
      watch(track);
      deps.changed();
    },
    remove,
    replace(track, by) {
      const local = find(track);
      if (local === undefined) throw new RangeError('this track is not being sent');
      if (by.kind !== track.kind) throw new TypeError(`${by.kind} cannot take the place of ${track.kind}`);
      local.track = by;
      apply(local);
      watch(by);
      deps.replaced(local);
    },
    setMuted(source, on) {
      if (on) muted.add(source);
      else muted.delete(source);
      for (const local of tracks) if (local.source === source) local.track.enabled = !on;
      announce();
    },
    announce,
  };
}

/** Which sources a participant has muted, as its attributes tell. */
export function mutedSources(attributes: Readonly<Record<string, string>> | undefined): ReadonlySet<TrackSource> {
  return new Set((attributes?.[MUTED] ?? '').split(',').filter((source) => source !== ''));
}
