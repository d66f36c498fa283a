import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { App } from './create-app.js';
import type { Translate } from './settings.js';

/** The page, for everything that it shows. */
export const AppContext = createContext<App | undefined>(undefined);

/** The page that a component is shown by. */
export function useApp(): App {
  const app = useContext(AppContext);
  if (!app) throw new Error('outside of the page');
  return app;
}

/** Texts in the language of now. */
export function useText(): Translate {
  return useApp().settings.t;
}
