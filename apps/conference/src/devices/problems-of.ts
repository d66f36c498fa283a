import type { TextKey } from '../i18n/en.js';
import type { DeviceKind } from './media-port.js';
import type { MediaProblem } from './media-problem.js';

/** A problem to show: what has it, its name, and what to do. */
export interface ShownProblem {
  readonly of: DeviceKind | 'both';
  readonly why: MediaProblem;
  readonly title: TextKey;
  readonly text: TextKey;
}

/** What camera and microphone mostly have together, for one reason and with one remedy. */
const SHARED = ['denied', 'missing', 'revoked', 'insecure'] as const;

/** The problems to show: one where both devices have the same and it is mended for both at once. */
export function problemsOf(
  found: Readonly<Record<DeviceKind, MediaProblem | undefined>>,
): readonly ShownProblem[] {
  const shared = SHARED.find((why) => found.camera === why && found.microphone === why);
  if (shared) {
    const both = `problem.both.${shared}` as const;
    return [{ of: 'both', why: shared, title: `${both}.title`, text: `${both}.do` }];
  }
  return (['camera', 'microphone'] as const).flatMap((of): ShownProblem[] => {
    const why = found[of];
    return why ? [{ of, why, title: `problem.${of}.${why}.title`, text: `problem.${of}.${why}.do` }] : [];
  });
}
