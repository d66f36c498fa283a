import type { ClientPage } from '../signaling/ports.js';

/** The page, or worker, that this runs in; elsewhere always visible, with nothing to tell. */
export function browserPage(scope: Partial<Window> = globalThis as Partial<Window>): ClientPage {
  const { document } = scope;
  const visible = (): boolean => document?.visibilityState !== 'hidden';
  return {
    visible,
    watch(listener) {
      const online = (): void => listener('online');
      const visibility = (): void => listener(visible() ? 'visible' : 'hidden');
      scope.addEventListener?.('online', online);
      document?.addEventListener('visibilitychange', visibility);
      return () => {
        scope.removeEventListener?.('online', online);
        document?.removeEventListener('visibilitychange', visibility);
      };
    },
  };
}
