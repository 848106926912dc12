import { t } from '../i18n/i18n.ts';
import { Brand } from './Brand.tsx';
import { SettingsMenu } from './SettingsMenu.tsx';
import { SignInForm } from './SignInForm.tsx';

export function LoginPage({ expired }: { expired: boolean }) {
  return (
    <main class="gate" data-testid="login-page">
      <div class="gate-corner">
        <SettingsMenu />
      </div>
      <div class="gate-card">
        <Brand />
        <h1>{t('login.title')}</h1>
        <p class="muted">{t(expired ? 'login.expired' : 'login.lead')}</p>
        <SignInForm />
      </div>
    </main>
  );
}
