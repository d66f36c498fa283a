import { signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { MeshCall } from '@parley/client';

/** The screen that this end shares. */
export interface ScreenShare {
  /** Whether this browser can: those of phones cannot. */
  readonly possible: boolean;
  readonly track: ReadonlySignal<MediaStreamTrack | undefined>;
  /** Resolves with why it failed; with undefined if it did not, or the user thought better of it. */
  toggle(): Promise<string | undefined>;
  stop(): void;
}

/** Nothing is shared yet. */
export function createScreenShare(mesh: MeshCall, media: MediaDevices | undefined): ScreenShare {
  const track = signal<MediaStreamTrack | undefined>(undefined);
  let tracks: readonly MediaStreamTrack[] = [];
  const stop = (): void => {
    for (const one of tracks) {
      mesh.removeTrack(one);
      one.stop();
    }
    tracks = [];
    track.value = undefined;
  };
  const start = async (): Promise<string | undefined> => {
    try {
      const stream = await media?.getDisplayMedia({ video: { frameRate: { ideal: 15 } }, audio: true });
      const [video] = stream?.getVideoTracks() ?? [];
      if (!stream || !video) return undefined;
      // Text is to be read: rather fewer pictures than blurred ones.
      video.contentHint = 'detail';
      // The browser has a button of its own that ends it.
      video.addEventListener('ended', stop);
      tracks = stream.getTracks();
      track.value = video;
      mesh.addTrack(video, { source: 'screen' });
      for (const sound of stream.getAudioTracks()) mesh.addTrack(sound, { source: 'screen-sound' });
      return undefined;
    } catch (error) {
      const name = error instanceof Error ? error.name : String(error);
      return name === 'NotAllowedError' ? undefined : name;
    }
  };
  return {
    // Browsers without it lack the function, whatever the types say.
    possible: typeof (media as Partial<MediaDevices> | undefined)?.getDisplayMedia === 'function',
    track,
    async toggle() {
      if (!track.peek()) return start();
      stop();
      return undefined;
    },
    stop,
  };
}
