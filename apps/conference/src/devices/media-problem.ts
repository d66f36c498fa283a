/** Why there is no camera or microphone. `revoked` and `lost`: there was one. */
export type MediaProblem = 'denied' | 'missing' | 'busy' | 'revoked' | 'lost' | 'insecure' | 'other';

/** The problem behind what `getUserMedia` rejects with, by the names of Media Capture and Streams and of older browsers. */
export function mediaProblemOf(error: unknown): MediaProblem {
  const name = error instanceof Error || error instanceof DOMException ? error.name : '';
  switch (name) {
    case 'NotAllowedError':
    case 'PermissionDeniedError':
      return 'denied';
    case 'NotFoundError':
    case 'DevicesNotFoundError':
    case 'OverconstrainedError':
      return 'missing';
    case 'NotReadableError':
    case 'AbortError':
    case 'TrackStartError':
      return 'busy';
    case 'SecurityError':
      return 'insecure';
    default:
      return 'other';
  }
}
