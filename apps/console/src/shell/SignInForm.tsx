import { useSignal } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';
import { signIn } from '../api/sign-in.ts';
import { failureText } from '../i18n/failure-text.ts';
import { t } from '../i18n/i18n.ts';
import { Icon } from '../ui/Icon.tsx';
import { touch } from '../ui/media.ts';
import { useApp } from './context.ts';

/** E-mail and password, on the login page and in the dialog over a session that has ended. */
export function SignInForm({ email = '' }: { email?: string }) {
  const app = useApp();
  const id = useId();
  const form = useRef<HTMLFormElement>(null);
  const busy = useSignal(false);
  const shown = useSignal(false);
  const failure = useSignal<unknown>(null);

  // The attribute only works in dialogs; a page that is drawn later needs the call. A phone would
  // cover half of the page with its keyboard before anybody has read it.
  useEffect(() => {
    if (!touch.value) form.current?.querySelector<HTMLInputElement>('[autofocus]')?.focus();
  }, []);

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (busy.value) return;
    const fields = new FormData(form.current!);
    busy.value = true;
    failure.value = null;
    try {
      const answer = await signIn({
        email: String(fields.get('email')).trim(),
        password: String(fields.get('password')),
      });
      app.signIn(answer.token);
    } catch (error) {
      failure.value = error;
      form.current?.querySelector<HTMLInputElement>('[name=password]')?.focus();
    } finally {
      busy.value = false;
    }
  }

  return (
    <form ref={form} class="sign-in" onSubmit={(event) => void submit(event)}>
      <label for={`${id}-email`}>{t('login.email')}</label>
      <input
        id={`${id}-email`}
        name="email"
        type="email"
        autocomplete="username"
        required
        defaultValue={email}
        autofocus={email === ''}
      />
      <label for={`${id}-password`}>{t('login.password')}</label>
      <div class="password">
        <input
          {...(shown.value ? { type: 'text' as const } : { type: 'password' as const })}
          id={`${id}-password`}
          name="password"
          autocomplete="current-password"
          required
          autofocus={email !== ''}
        />
        <button
          type="button"
          class="button-icon"
          aria-label={t(shown.value ? 'login.password.hide' : 'login.password.show')}
          aria-pressed={shown.value}
          onClick={() => (shown.value = !shown.value)}
        >
          <Icon name="eye" />
        </button>
      </div>
      <div role="alert" data-testid="sign-in-error">
        {failure.value !== null && <p class="form-error">{failureText(failure.value)}</p>}
      </div>
      <button type="submit" class="button-primary" aria-disabled={busy.value}>
        {t(busy.value ? 'login.submitting' : 'login.submit')}
      </button>
    </form>
  );
}
