import type { CallPage } from '../call-page.js';
import type { Arrival, Arrivals } from './arrivals.js';

/** How often it looks, in ms. A busy machine looks less often, which makes no gap of its own. */
const EVERY_MS = 50;

type Stats = Readonly<Record<string, number>>;

/** What grows while a video goes on, and since when it has not grown. */
interface Progress {
  value: number;
  since: number;
}

/** What was seen of one video; `squares` is the sum of the squares of all times between two decoded frames, in s². */
interface Watched {
  readonly name: string;
  readonly decoding: Progress;
  readonly playing: Progress;
  squares: number;
  decoded: number;
  played: number;
}

/** Looks for gaps in video that arrives. */
export function createGapWatch(arrivals: Arrivals): Pick<CallPage, 'watchGaps' | 'gaps'> {
  const watched = new Map<Arrival, Watched>();
  let looks = 0;
  const lookAt = async (arrival: Arrival): Promise<void> => {
    const stats = await arrivals.stats(arrival.track);
    const one = watched.get(arrival) ?? begin(arrival, stats);
    if (one === undefined) return;
    watched.set(arrival, one);
    const { framesDecoded = one.decoding.value, totalSquaredInterFrameDelay: squares = one.squares } = stats;
    // No single time is longer than the root of the sum of all squares, which in Firefox now and then shrinks a little.
    const between = Math.sqrt(Math.max(0, squares - one.squares)) * 1_000;
    one.decoded = Math.max(one.decoded, between, standstill(one.decoding, framesDecoded));
    one.played = Math.max(one.played, standstill(one.playing, framesPlayed(arrival)));
    one.squares = squares;
  };
  const look = async (videos: readonly Arrival[]): Promise<void> => {
    await Promise.all(videos.map(lookAt));
    looks += 1;
    setTimeout(() => void look(videos), EVERY_MS);
  };
  return {
    watchGaps: () => void look([...arrivals.all].filter(({ track }) => track.kind === 'video')),
    gaps() {
      const all = [...watched.values()];
      const longest = (one: Watched): number => Math.max(one.decoded, one.played);
      const [worst] = all.toSorted((a, b) => longest(b) - longest(a));
      return {
        decoded: Math.round(Math.max(...all.map(({ decoded }) => decoded))),
        played: Math.round(Math.max(...all.map(({ played }) => played))),
        ...{ worst: worst?.name ?? '', tracks: all.length, looks },
      };
    },
  };
}

/** Undefined until the browser tells the squares. */
function begin(arrival: Arrival, stats: Stats): Watched | undefined {
  const { from, source } = arrival;
  const { framesDecoded = 0, totalSquaredInterFrameDelay: squares } = stats;
  if (squares === undefined) return undefined;
  const since = performance.now();
  return {
    name: `${source} of ${from}`,
    decoding: { value: framesDecoded, since },
    playing: { value: framesPlayed(arrival), since },
    ...{ squares, decoded: 0, played: 0 },
  };
}

/** Not `currentTime`, which goes on without frames. Firefox counts those of a call nowhere but in a property of its own. */
function framesPlayed({ element }: Arrival): number {
  const video = element as HTMLVideoElement & { readonly mozPaintedFrames?: number };
  return video.mozPaintedFrames ?? video.getVideoPlaybackQuality().totalVideoFrames;
}

/** How long it has had this value, in ms, as far as was seen. */
function standstill(progress: Progress, value: number): number {
  const now = performance.now();
  if (progress.value !== value) Object.assign(progress, { value, since: now });
  return now - progress.since;
}
