import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { Icon } from './Icon.tsx';

/**
 * A native modal dialog: the browser traps the focus, makes the rest inert, and gives the focus
 * back. Mounted means open.
 */
export function Dialog({
  title,
  onClose,
  dismissible = true,
  children,
  testId,
}: {
  title: string;
  onClose: () => void;
  /** False hides the close button and ignores Escape. */
  dismissible?: boolean;
  children: ComponentChildren;
  testId: string;
}) {
  const element = useRef<HTMLDialogElement>(null);
  const titleId = useId();

  useLayoutEffect(() => {
    const dialog = element.current!;
    const opener = document.activeElement;
    dialog.showModal();
    return () => {
      // Everything outside takes no focus before the dialog is closed, and the browser gives none
      // back from an element that is removed. At once, so that whoever closed it can move it on.
      dialog.close();
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, []);

  return (
    <dialog
      ref={element}
      class="dialog"
      aria-labelledby={titleId}
      data-testid={testId}
      onCancel={(event) => {
        event.preventDefault();
        if (dismissible) onClose();
      }}
      onMouseDown={(event) => {
        if (dismissible && event.target === element.current) onClose();
      }}
    >
      <div class="dialog-body">
        <header class="dialog-head">
          <h2 id={titleId}>{title}</h2>
          {dismissible && (
            <button
              type="button"
              class="button-icon"
              aria-label={t('dialog.close')}
              onClick={onClose}
            >
              <Icon name="close" />
            </button>
          )}
        </header>
        {children}
      </div>
    </dialog>
  );
}
