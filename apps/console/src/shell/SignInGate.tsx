import { t } from '../i18n/i18n.ts';
import type { SessionState } from '../session/session.ts';
import { useApp } from './context.ts';
import { StorageNote } from './Bars.tsx';

/** Embedded, without a usable token: there is nothing to sign in with here, only to wait or retry. */
export function SignInGate({
  state,
}: {
  state: Extract<SessionState, { phase: 'waiting' | 'refused' }>;
}) {
  const app = useApp();
  const retry = (
    <button type="button" class="button-primary" onClick={() => app.retrySignIn()}>
      {t('wait.retry')}
    </button>
  );
  return (
    <main class="gate" data-testid="sign-in-gate" data-state={state.phase}>
      <div class="gate-card" aria-live="polite">
        {state.phase === 'refused' ? (
          <>
            <h1>{t('wait.refused.title')}</h1>
            <p class="muted">{t('wait.refused.lead')}</p>
            {retry}
          </>
        ) : state.overdue ? (
          <>
            <h1>{t('wait.overdue.title')}</h1>
            <p class="muted">{t('wait.overdue.lead')}</p>
            <ul class="reasons">
              <li>{t('wait.overdue.reason1')}</li>
              <li>{t('wait.overdue.reason2')}</li>
              <li>{t('wait.overdue.reason3')}</li>
            </ul>
            {retry}
          </>
        ) : (
          <>
            <div class="pulse" aria-hidden="true" />
            <h1>{t('wait.title')}</h1>
            <p class="muted">{t('wait.lead')}</p>
          </>
        )}
      </div>
      <StorageNote />
    </main>
  );
}
