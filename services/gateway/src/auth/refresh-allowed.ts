import type { Verified } from '@parley/kit';

import { grantsAllow } from './grants-allow.js';

/**
 * Whether `next` may take the place of `current` on a live connection (X4): the same app and identity, and, for a joined
 * one, a token that would let it join that room again.
 */
export function refreshAllowed(current: Verified, next: Verified, room: string | undefined): boolean {
  if (next.app !== current.app || next.sub !== current.sub) return false;
  return room === undefined || grantsAllow(next.grants, { type: 'join', room });
}
