import type { RemoteTrack } from '@parley/client';
import { forgetPictures, pictureMoves } from '../../../support/moving-picture.js';
import type { CallPage } from '../call-page.js';

/** Samples of silence, at 48 kHz, that make up 1.5 s. */
const SILENT_SAMPLES = 72_000;

/** Something that arrives, with the element that plays it. */
export interface Arrival extends RemoteTrack {
  readonly from: string;
  readonly element: HTMLMediaElement;
}

/** Sound that has arrived so far. */
interface Sound {
  readonly energy: number;
  readonly samples: number;
}

/** What arrives, played by one element each. */
export interface Arrivals extends Pick<CallPage, 'forget' | 'sees' | 'isShaped' | 'hears' | 'isSilent'> {
  readonly all: ReadonlySet<Arrival>;
  add(name: string, remote: RemoteTrack): void;
  remove(track: MediaStreamTrack): void;
  /** Of a track's entry in the statistics of what comes in. */
  stats(track: MediaStreamTrack): Promise<Readonly<Record<string, number>>>;
}

/** Nothing yet. `receivers` are those of all connections. */
export function createArrivals(receivers: () => readonly RTCRtpReceiver[]): Arrivals {
  const all = new Set<Arrival>();
  const sounds = new Map<string, Sound>();
  const stats: Arrivals['stats'] = async (track) => {
    const report = await receivers()
      .find((one) => one.track === track)
      ?.getStats();
    let found = {};
    report?.forEach((entry: RTCStats) => entry.type === 'inbound-rtp' && (found = entry));
    return found;
  };
  const soundOf = async (name: string): Promise<Sound> => {
    const arrival = [...all].find(({ from, source }) => from === name && source === 'microphone');
    const { totalAudioEnergy: energy = 0, totalSamplesReceived: samples = 0 } =
      arrival === undefined ? {} : await stats(arrival.track);
    return { energy, samples };
  };
  return {
    all,
    stats,
    add: (from, remote) => void all.add({ ...remote, from, element: play(from, remote) }),
    remove(track) {
      const gone = [...all].filter((arrival) => arrival.track === track);
      for (const arrival of gone) {
        arrival.element.remove();
        all.delete(arrival);
      }
    },
    async forget() {
      forgetPictures();
      for (const { from } of all) sounds.set(from, await soundOf(from));
    },
    sees: (name, source) => pictureMoves(selectorOf(name, source)),
    isShaped(name, source, ratio) {
      const video = document.querySelector<HTMLVideoElement>(selectorOf(name, source));
      return video !== null && (video.videoWidth / video.videoHeight).toFixed(2) === ratio;
    },
    hears: async (name) => (await soundOf(name)).energy > (sounds.get(name)?.energy ?? 0),
    async isSilent(name) {
      const [before, now] = [sounds.get(name), await soundOf(name)];
      if (before !== undefined && isSame(before.energy, now.energy))
        return now.samples - before.samples > SILENT_SAMPLES;
      sounds.set(name, now);
      return false;
    },
  };
}

/** Noise that decoders make out of silence does not count. */
function isSame(before: number, now: number): boolean {
  return Math.abs(now - before) < 1e-6;
}

function selectorOf(name: string, source: string): string {
  return `video[data-from="${name}"][data-source="${source}"]`;
}

function play(from: string, { track, source }: RemoteTrack): HTMLMediaElement {
  const element = document.createElement(track.kind === 'video' ? 'video' : 'audio');
  Object.assign(element.dataset, { from, source });
  element.autoplay = true;
  element.muted = track.kind === 'video';
  element.srcObject = new MediaStream([track]);
  document.body.append(element);
  return element;
}
