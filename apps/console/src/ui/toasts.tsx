import { signal } from '@preact/signals';
import { t } from '../i18n/i18n.ts';
import { Icon } from './Icon.tsx';

interface Toast {
  id: number;
  text: string;
  action: { label: string; run: () => void } | null;
}

const SHOWN_MS = 8000;

const toasts = signal<readonly Toast[]>([]);
let lastId = 0;

export function showToast(text: string, action: Toast['action'] = null): void {
  const toast = { id: ++lastId, text, action };
  toasts.value = [...toasts.value.slice(-2), toast];
  setTimeout(() => dismiss(toast.id), SHOWN_MS);
}

export function clearToasts(): void {
  toasts.value = [];
}

function dismiss(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

export function Toasts() {
  return (
    <div class="toasts" role="status" data-testid="toasts">
      {toasts.value.map(({ id, text, action }) => (
        <div key={id} class="toast">
          <span>{text}</span>
          {action && (
            <button
              type="button"
              class="button-text"
              onClick={() => {
                dismiss(id);
                action.run();
              }}
            >
              {action.label}
            </button>
          )}
          <button
            type="button"
            class="button-icon small"
            aria-label={t('bar.dismiss')}
            onClick={() => dismiss(id)}
          >
            <Icon name="close" />
          </button>
        </div>
      ))}
    </div>
  );
}
