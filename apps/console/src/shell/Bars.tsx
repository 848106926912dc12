import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { TextKey } from '../i18n/en.ts';
import { t } from '../i18n/i18n.ts';
import { useApp, useWorkspace } from './context.ts';

/** A lost connection that is back within this time is not worth a word. */
const QUIET_MS = 800;

/** What the user should know about session and connection; none of it takes the page away. */
export function Bars() {
  return (
    <div class="bars" role="status" data-testid="bars">
      <SessionBar />
      <ConnectionBar />
      <StorageNote />
    </div>
  );
}

function SessionBar() {
  const app = useApp();
  const state = app.session.state.value;
  if (state.phase !== 'active' || state.renewal === 'none') return null;
  const text = (
    {
      asked: 'bar.renewing',
      overdue: 'bar.overdue',
      refused: 'bar.refused',
      'sign-in': 'bar.signin',
    } as const
  )[state.renewal];
  const stuck = state.renewal === 'overdue' || state.renewal === 'refused';
  return (
    <div
      class={`bar ${stuck ? 'warning' : ''}`}
      data-testid="session-bar"
      data-state={state.renewal}
    >
      <span>{t(text)}</span>
      {stuck && (
        <button type="button" class="button-text" onClick={() => app.retrySignIn()}>
          {t('wait.retry')}
        </button>
      )}
    </div>
  );
}

function ConnectionBar() {
  const { stream } = useWorkspace();
  const online = useSignal(navigator.onLine !== false);
  const shown = useSignal<TextKey | null>(null);
  const lost = stream.state.value === 'reconnecting';

  useEffect(() => {
    const update = (): void => {
      online.value = navigator.onLine !== false;
    };
    window.addEventListener('online', update);
    window.addEventListener('offline', update);
    return () => {
      window.removeEventListener('online', update);
      window.removeEventListener('offline', update);
    };
  }, []);

  useEffect(() => {
    // The browser calls itself offline also where the server is on this very machine.
    if (!lost) shown.value = null;
    else if (!online.value) shown.value = 'bar.offline';
    else {
      const timer = setTimeout(() => (shown.value = 'bar.reconnecting'), QUIET_MS);
      return () => clearTimeout(timer);
    }
    return undefined;
  }, [online.value, lost]);

  if (shown.value === null) return null;
  return (
    <div class="bar warning" data-testid="connection-bar">
      <span>{t(shown.value)}</span>
    </div>
  );
}

export function StorageNote() {
  const { storage } = useApp();
  const dismissed = useSignal(false);
  if (!storage.volatile.value || dismissed.value) return null;
  return (
    <div class="bar quiet" data-testid="storage-note">
      <span>{t('bar.storage')}</span>
      <button type="button" class="button-text" onClick={() => (dismissed.value = true)}>
        {t('bar.dismiss')}
      </button>
    </div>
  );
}
