import type { App } from '../app.ts';
import { AppContext, WorkspaceContext } from './context.ts';
import { Console } from './Console.tsx';
import { ConsoleSkeleton } from './ConsoleSkeleton.tsx';
import { LoginPage } from './LoginPage.tsx';
import { SignInGate } from './SignInGate.tsx';

export function Root({ app }: { app: App }) {
  return (
    <AppContext.Provider value={app}>
      <Entry app={app} />
    </AppContext.Provider>
  );
}

function Entry({ app }: { app: App }) {
  const state = app.session.state.value;
  const workspace = app.workspace.value;
  if (state.phase === 'signed-out') return <LoginPage expired={state.expired} />;
  if (state.phase === 'waiting' || state.phase === 'refused') return <SignInGate state={state} />;
  if (state.phase === 'restoring' || !workspace) return <ConsoleSkeleton />;
  return (
    // The key makes sure that no component of one user lives on under another.
    <WorkspaceContext.Provider key={workspace.userId} value={workspace}>
      <Console />
    </WorkspaceContext.Provider>
  );
}
