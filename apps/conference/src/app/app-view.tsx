import { CallView } from '../call/call-view.js';
import { EndedView } from '../call/ended-view.js';
import { DiagnosisView } from '../diagnosis/diagnosis-view.js';
import { Lobby } from '../lobby/lobby.js';
import { NoticeList } from '../ui/notice-list.js';
import { AppContext } from './app-context.js';
import type { App } from './create-app.js';

/** The page. */
export function AppView({ app }: { readonly app: App }) {
  return (
    <AppContext.Provider value={app}>
      <ScreenView app={app} />
      <NoticeList />
    </AppContext.Provider>
  );
}

function ScreenView({ app }: { readonly app: App }) {
  const screen = app.screen.value;
  switch (screen.name) {
    case 'lobby':
      return <Lobby key={screen.room} room={screen.room} invited={screen.invited} />;
    case 'call':
      return <CallView call={screen.call} />;
    case 'ended':
      return <EndedView room={screen.room} ending={screen.ending} />;
    case 'diagnosis':
      return <DiagnosisView />;
  }
}
