import type { SignalingState } from '@parley/client';
import type { TextKey } from '../i18n/en.js';

/** What stands over a call while something is not as it should be. */
export interface Banner {
  readonly tone: 'busy' | 'warning';
  readonly title: TextKey;
  readonly hints: readonly { readonly key: TextKey; readonly values?: Readonly<Record<string, number>> }[];
}

/** The banner for the state of signaling; `joined`: whether it has been in the room before. */
export function bannerOf(state: SignalingState, joined: boolean): Banner | undefined {
  switch (state.name) {
    case 'idle':
    case 'ended':
      return undefined;
    case 'joined':
      return state.degraded
        ? { tone: 'warning', title: 'banner.degraded', hints: [{ key: 'banner.degradedHint' }] }
        : undefined;
    case 'connecting':
      return joined ? again() : { tone: 'busy', title: 'banner.connecting', hints: [] };
    case 'waiting': {
      const seconds = Math.max(1, Math.round(state.retryInMs / 1_000));
      const retry = { key: 'banner.retryIn', values: { seconds } } as const;
      if (joined) return again(retry);
      return { tone: 'busy', title: 'banner.connecting', hints: [retry] };
    }
  }
}

function again(...more: Banner['hints']): Banner {
  return { tone: 'warning', title: 'banner.reconnecting', hints: [{ key: 'banner.callGoesOn' }, ...more] };
}
