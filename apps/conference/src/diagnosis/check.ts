import type { TextKey } from '../i18n/en.js';
import type { TextValues } from '../i18n/translate.js';

/** Something that a call needs, and that can be tried. */
export type CheckName =
  'browser' | 'websocket' | 'camera' | 'microphone' | 'local' | 'stun' | 'turn.udp' | 'turn.tcp' | 'turn.tls';

/** What came of trying it; `warning`: calls may work without. */
export interface Outcome {
  readonly result: 'ok' | 'warning' | 'failed' | 'skipped';
  readonly text: TextKey;
  readonly values?: TextValues;
}

/** The order in which things are tried. */
export const CHECKS: readonly CheckName[] = [
  ...(['browser', 'websocket', 'camera', 'microphone', 'local'] as const),
  ...(['stun', 'turn.udp', 'turn.tcp', 'turn.tls'] as const),
];
