import type { ClientPage } from '../signaling/ports.js';

/** What a page's global scope has; workers and Node lack some of it, or all. */
export interface PageScope {
  readonly document?: Pick<Document, 'visibilityState' | 'addEventListener' | 'removeEventListener'>;
  addEventListener?(event: 'online', listener: () => void): void;
  removeEventListener?(event: 'online', listener: () => void): void;
}

/** The page, or worker, that this runs in; elsewhere always visible, with nothing to tell. */
export function browserPage(scope: PageScope = globalThis): ClientPage {
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
