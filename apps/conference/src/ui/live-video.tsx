import { useLayoutEffect, useRef } from 'preact/hooks';
import type { RefObject } from 'preact';

const streams = new WeakMap<MediaStreamTrack, MediaStream>();

/** The stream of one track, always the same: a video that is given another one begins anew. */
export function streamOf(track: MediaStreamTrack): MediaStream {
  const stream = streams.get(track) ?? new MediaStream([track]);
  streams.set(track, stream);
  return stream;
}

/** What a video is shown with. */
export interface LiveVideoProps {
  readonly track: MediaStreamTrack;
  readonly label: string;
  /** As in a mirror, which is how people know themselves. */
  readonly mirrored?: boolean;
  /** Nothing is cut off. */
  readonly whole?: boolean;
  readonly video?: RefObject<HTMLVideoElement | null>;
}

/** The picture of a track, silent: sounds have elements of their own. */
export function LiveVideo({ track, label, mirrored = false, whole = false, video }: LiveVideoProps) {
  const own = useRef<HTMLVideoElement>(null);
  const ref = video ?? own;
  useLayoutEffect(() => {
    if (ref.current) ref.current.srcObject = streamOf(track);
  }, [track]);
  return (
    <video
      ref={ref}
      class="live-video"
      data-mirrored={mirrored}
      data-whole={whole}
      aria-label={label}
      autoplay
      playsInline
      muted
    />
  );
}
