import type { CallPage } from '../call-page.js';
import type { Arrivals } from './arrivals.js';

/** How often it looks, in ms. */
const EVERY_MS = 50;

interface Clock {
  value: number;
  at: number;
  longest: number;
}

/** Looks for gaps in all video that arrives. */
export function createGapWatch(arrivals: Arrivals): Pick<CallPage, 'watchGaps' | 'gaps'> {
  const clocks = new Map<string, Clock>();
  let looks = 0;
  const advance = (key: string, value: number): void => {
    const at = performance.now();
    const clock = clocks.get(key) ?? { value, at, longest: 0 };
    clocks.set(key, clock);
    clock.longest = Math.max(clock.longest, at - clock.at);
    if (clock.value !== value) Object.assign(clock, { value, at });
  };
  const look = async (): Promise<void> => {
    const videos = [...arrivals.all].filter(({ track }) => track.kind === 'video');
    for (const { track, element } of videos) {
      advance(`played ${track.id}`, element.currentTime);
      advance(`decoded ${track.id}`, (await arrivals.stats(track))['framesDecoded'] ?? 0);
    }
    looks += 1;
    setTimeout(() => void look(), EVERY_MS);
  };
  const longest = (kind: string): number =>
    Math.max(...[...clocks].flatMap(([key, clock]) => (key.startsWith(kind) ? clock.longest : [])));
  return {
    watchGaps: () => void look(),
    gaps: () => ({
      decoded: Math.round(longest('decoded')),
      played: Math.round(longest('played')),
      tracks: clocks.size / 2,
      looks,
    }),
  };
}
