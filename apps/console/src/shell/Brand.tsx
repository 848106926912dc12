import { t } from '../i18n/i18n.ts';

export function Brand() {
  return (
    <span class="brand" data-testid="brand">
      <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
        <path
          d="M12 2.5c5.8 0 9.5 3.2 9.5 8s-3.7 8-9.5 8c-.9 0-1.8-.1-2.6-.3L4.6 21l.6-4.4C3.5 15.2 2.5 13 2.5 10.5c0-4.8 3.7-8 9.5-8Z"
          fill="currentColor"
        />
        <path
          d="M8.3 7.8h7.4l-5.7 6h5.9"
          fill="none"
          stroke="var(--surface)"
          stroke-width="1.9"
          stroke-linecap="round"
          stroke-linejoin="round"
        />
      </svg>
      {t('app.name')}
    </span>
  );
}
