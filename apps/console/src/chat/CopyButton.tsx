import { useSignal } from '@preact/signals';
import { t } from '../i18n/i18n.ts';
import { copyText } from '../ui/clipboard.ts';
import { Icon } from '../ui/Icon.tsx';
import { showToast } from '../ui/toasts.tsx';

const COPIED_MS = 2000;

export function CopyButton({ text }: { text: () => string }) {
  const copied = useSignal(false);
  async function copy(): Promise<void> {
    if (!(await copyText(text()))) {
      showToast(t('chat.copy.failed'));
      return;
    }
    copied.value = true;
    setTimeout(() => (copied.value = false), COPIED_MS);
  }
  const label = t(copied.value ? 'chat.copied' : 'chat.copy');
  return (
    <button
      type="button"
      class="button-icon small"
      aria-label={label}
      title={label}
      data-testid="copy-answer"
      onClick={() => void copy()}
    >
      <Icon name={copied.value ? 'check' : 'copy'} />
    </button>
  );
}
