import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { failureText } from '../i18n/failure-text.ts';
import { language, t } from '../i18n/i18n.ts';
import { useWorkspace } from '../shell/context.ts';
import { TEXT_MAX } from '../tasks/limits.ts';
import { Icon } from '../ui/Icon.tsx';
import { showToast } from '../ui/toasts.tsx';
import { NEW_TASK_DRAFT } from './drafts.ts';
import { CompositionGuard } from './ime.ts';

const FIELD_SIZING = CSS.supports('field-sizing', 'content');

/**
 * Where one writes. The field owns its text (rendering never sets it while somebody types), every
 * keystroke goes to the task's draft, and it is emptied only after the outbox has stored the text.
 */
export function Composer() {
  const workspace = useWorkspace();
  const view = workspace.view.value;
  const draftKey = view.kind === 'task' ? view.taskId : NEW_TASK_DRAFT;
  const field = useRef<HTMLTextAreaElement>(null);
  const guard = useRef(new CompositionGuard());
  const length = useSignal(0);
  const blank = useSignal(true);
  const stopping = useSignal<string | null>(null);
  const live = workspace.conversation.value?.live.value ?? null;
  const tooLong = length.value > TEXT_MAX;

  function changed(): void {
    const text = field.current!.value;
    length.value = text.length;
    blank.value = text.trim() === '';
    if (!FIELD_SIZING) grow(field.current!);
  }

  useLayoutEffect(() => {
    const draft = workspace.drafts.read(draftKey);
    // Setting even the same text would move the caret and break off a composition.
    if (field.current!.value !== draft) field.current!.value = draft;
    changed();
  }, [draftKey]);

  useEffect(() => {
    if (live?.runId !== stopping.peek()) stopping.value = null;
  }, [live?.runId]);

  function send(): void {
    const text = field.current!.value;
    if (text.trim() === '' || text.length > TEXT_MAX) return;
    workspace.send(text);
    workspace.drafts.clear(draftKey);
    field.current!.value = '';
    changed();
  }

  function stop(): void {
    const runId = live?.runId;
    if (!runId || stopping.value === runId) return;
    stopping.value = runId;
    workspace.api.stopRun(runId).catch((error: unknown) => {
      stopping.value = null;
      if (!workspace.lifetime.aborted) showToast(failureText(error));
    });
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || event.shiftKey || event.altKey) return;
    if (guard.current.composing(event)) return;
    event.preventDefault();
    send();
  }

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div class={`composer-box ${tooLong ? 'too-long' : ''}`}>
        <textarea
          ref={field}
          id="composer"
          data-testid="composer"
          rows={1}
          aria-label={t('composer.label')}
          aria-describedby="composer-hint"
          placeholder={t('composer.placeholder')}
          enterkeyhint="send"
          autocomplete="off"
          onInput={(event) => {
            workspace.drafts.write(draftKey, event.currentTarget.value);
            changed();
          }}
          onKeyDown={onKeyDown}
          onCompositionEnd={(event) => guard.current.ended(event.timeStamp)}
        />
        {live && (
          <button
            type="button"
            class="button-round quiet"
            aria-label={t('composer.stop')}
            title={t('composer.stop')}
            aria-disabled={stopping.value === live.runId}
            data-testid="stop"
            onClick={stop}
          >
            <Icon name="stop" />
          </button>
        )}
        {(!live || !blank.value) && (
          <button
            type="submit"
            class="button-round"
            aria-label={t('composer.send')}
            title={t('composer.send')}
            aria-disabled={blank.value || tooLong}
            data-testid="send"
          >
            <Icon name="send" />
          </button>
        )}
      </div>
      <p id="composer-hint" class="composer-hint" role={tooLong ? 'alert' : undefined}>
        {tooLong
          ? t('composer.long', {
              count: length.value.toLocaleString(language.value),
              max: TEXT_MAX.toLocaleString(language.value),
            })
          : t('composer.hint')}
      </p>
    </form>
  );
}

/** For browsers without `field-sizing: content`. */
function grow(field: HTMLTextAreaElement): void {
  field.style.height = 'auto';
  field.style.height = `${field.scrollHeight}px`;
}
