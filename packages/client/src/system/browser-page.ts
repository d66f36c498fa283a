import type { ClientPage } from '../ports.js';

/** What a page's global scope has; workers and Node lack some of it, or all. */
export interface PageScope {
  readonly document?: Pick<Document, 'visibilityState' | 'addEventListener'>;
  /** Listens until the signal is given. */
  addEventListener?(event: 'online', listener: () => void, options: { signal: AbortSignal }): void;
}

/** The page, or worker, that this runs in; elsewhere always visible, with nothing to tell. */
export function browserPage(scope: PageScope = globalThis): ClientPage {
  const { document } = scope;
  const visible = (): boolean => document?.visibilityState !== 'hidden';
  return {
    visible,
    watch(listener) {
      const watching = new AbortController();
      scope.addEventListener?.('online', () => listener('online'), watching);
      document?.addEventListener(
        'visibilitychange',
        () => listener(visible() ? 'visible' : 'hidden'),
        watching,
      );
      return () => watching.abort();
    },
  };
}
