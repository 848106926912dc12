import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { App } from '../app.ts';
import type { Workspace } from '../workspace.ts';

export const AppContext = createContext<App | null>(null);
export const WorkspaceContext = createContext<Workspace | null>(null);

export function useApp(): App {
  return useContext(AppContext)!;
}

export function useWorkspace(): Workspace {
  return useContext(WorkspaceContext)!;
}
