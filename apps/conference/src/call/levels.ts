/** How loud tracks are. */
export interface Levels {
  /** Measures these tracks from now on, and no others. */
  follow(tracks: ReadonlyMap<string, MediaStreamTrack>): void;
  /** Root mean square of the last moment, 0 to 1, by the id that each track was given. */
  read(): ReadonlyMap<string, number>;
  close(): void;
}

interface Followed {
  readonly track: MediaStreamTrack;
  readonly source: AudioNode;
  readonly analyser: AnalyserNode;
}

/** Measures with the browser's audio graph; where there is none, everything is silent. */
export function createLevels(): Levels {
  const followed = new Map<string, Followed>();
  const samples = new Float32Array(1024);
  let context: AudioContext | undefined;
  const drop = (id: string): void => {
    followed.get(id)?.source.disconnect();
    followed.delete(id);
  };
  const take = (id: string, track: MediaStreamTrack): void => {
    try {
      context ??= new AudioContext();
      const source = context.createMediaStreamSource(new MediaStream([track]));
      const analyser = context.createAnalyser();
      analyser.fftSize = samples.length;
      source.connect(analyser);
      followed.set(id, { track, source, analyser });
    } catch {
      // No sound card, or too many graphs: nobody is shown as speaking, and the call goes on.
    }
  };
  return {
    follow(tracks) {
      for (const [id, { track }] of followed) if (tracks.get(id) !== track) drop(id);
      for (const [id, track] of tracks) if (!followed.has(id)) take(id, track);
    },
    read() {
      // Browsers let it begin at a gesture of the user only.
      if (context?.state === 'suspended') void context.resume().catch(() => undefined);
      const levels = new Map<string, number>();
      for (const [id, { analyser }] of followed) {
        analyser.getFloatTimeDomainData(samples);
        levels.set(id, Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length));
      }
      return levels;
    },
    close() {
      for (const id of [...followed.keys()]) drop(id);
      void context?.close().catch(() => undefined);
    },
  };
}
