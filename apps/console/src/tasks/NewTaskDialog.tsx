import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { failureText } from '../i18n/failure-text.ts';
import { language, t } from '../i18n/i18n.ts';
import { randomId } from '../outbox/outbox.ts';
import { useWorkspace } from '../shell/context.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { TITLE_MAX } from './limits.ts';

export function NewTaskDialog({
  onClose,
  onCreated,
}: {
  onClose: () => void;
  onCreated: () => void;
}) {
  const workspace = useWorkspace();
  const engines = workspace.engines.value;
  const form = useRef<HTMLFormElement>(null);
  const busy = useSignal(false);
  const failure = useSignal<unknown>(null);
  /** What was asked for last, and under which id: the same again after a failure is one task. */
  const asked = useRef({ fields: '', id: '' });

  async function create(event: Event): Promise<void> {
    event.preventDefault();
    if (busy.value) return;
    const fields = new FormData(form.current!);
    const title = String(fields.get('title') ?? '').trim();
    const engine = String(fields.get('engine') ?? '');
    const fieldsNow = JSON.stringify([title, engine]);
    if (asked.current.fields !== fieldsNow) asked.current = { fields: fieldsNow, id: randomId() };
    busy.value = true;
    failure.value = null;
    try {
      const task = await workspace.tasks.create({
        id: asked.current.id,
        ...(title ? { title } : {}),
        ...(engine ? { engine } : {}),
      });
      workspace.openTask(task.id);
      onCreated();
    } catch (error) {
      if (!workspace.lifetime.aborted) failure.value = error;
    } finally {
      busy.value = false;
    }
  }

  return (
    <Dialog title={t('new.title')} onClose={onClose} testId="new-task-dialog">
      <form ref={form} class="new-task" onSubmit={(event) => void create(event)}>
        <label for="new-task-title">{t('new.name')}</label>
        <input
          id="new-task-title"
          name="title"
          type="text"
          maxLength={TITLE_MAX}
          autocomplete="off"
          aria-describedby="new-task-hint"
          autofocus
        />
        <p id="new-task-hint" class="hint">
          {t('new.name.hint')}
        </p>
        {engines && (
          <fieldset class="engines">
            <legend>{t('new.engine')}</legend>
            {engines.items.map((engine) => (
              <label key={engine.id} class="engine">
                <input
                  type="radio"
                  name="engine"
                  value={engine.id}
                  defaultChecked={engine.id === engines.default}
                />
                <span class="engine-text">
                  <span>
                    {language.value === 'zh-CN' ? engine.label.zh : engine.label.en}
                    {engine.demo && <span class="badge">{t('app.engine.demo')}</span>}
                  </span>
                  {engine.demo && <span class="hint">{t('app.engine.demo.hint')}</span>}
                </span>
              </label>
            ))}
          </fieldset>
        )}
        <div role="alert">
          {failure.value !== null && <p class="form-error">{failureText(failure.value)}</p>}
        </div>
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>
            {t('new.cancel')}
          </button>
          <button
            type="submit"
            class="button-primary"
            aria-disabled={busy.value}
            data-testid="create-task"
          >
            {t('new.create')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
