import type { SignalingState } from '@parley/client';
import type { TextKey } from '../i18n/en.js';

/** Why a call is over for this end. */
export interface Ending {
  readonly title: TextKey;
  readonly text: TextKey;
  /** Of the server, where the page has no words of its own for it. */
  readonly code?: string;
}

/** The ending of a client that has ended. */
export function endingOf(state: Extract<SignalingState, { name: 'ended' }>): Ending {
  switch (state.reason) {
    case 'left':
      return { title: 'ended.left', text: 'ended.leftText' };
    case 'removed':
      return { title: 'ended.removed', text: 'ended.removedText' };
    case 'replaced':
      return { title: 'ended.replaced', text: 'ended.replacedText' };
    case 'room-closed':
      return { title: 'ended.closed', text: 'ended.closedText' };
    case 'unsupported':
      return { title: 'ended.unsupported', text: 'ended.unsupportedText' };
    case 'token-expired':
    case 'refused':
    case 'gave-up':
      return refusal(state.error?.code ?? state.reason);
  }
}

function refusal(code: string): Ending {
  switch (code) {
    case 'room_full':
      return { title: 'ended.full', text: 'ended.fullText' };
    case 'room_locked':
      return { title: 'ended.locked', text: 'ended.lockedText' };
    case 'token_required':
    case 'token_invalid':
    case 'token_expired':
    case 'forbidden':
      return { title: 'ended.token', text: 'ended.tokenText' };
    default:
      return { title: 'ended.other', text: 'ended.otherText', code };
  }
}
