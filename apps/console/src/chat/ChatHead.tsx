import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { language, t } from '../i18n/i18n.ts';
import { useWorkspace } from '../shell/context.ts';
import { taskActions, titleOf } from '../tasks/task-actions.ts';
import { RenameField } from '../tasks/TaskRow.tsx';
import { isMissing } from './ChatPane.tsx';
import { TaskMenu } from '../tasks/TaskMenu.tsx';
import { Icon } from '../ui/Icon.tsx';

/** Title, engine and actions of the open task. */
export function ChatHead({ onOpenPanel }: { onOpenPanel: (() => void) | null }) {
  const workspace = useWorkspace();
  const renaming = useSignal(false);
  const view = workspace.view.value;
  const task = view.kind === 'task' ? workspace.tasks.find(view.taskId) : undefined;
  const engine = view.kind === 'new' || task ? workspace.engineOf(task) : undefined;
  const title =
    view.kind === 'new'
      ? t('tasks.new')
      : isMissing(workspace.conversation.value)
        ? t('chat.failed')
        : titleOf(task);
  useEffect(() => {
    document.title = view.kind === 'new' ? t('app.name') : `${title} · ${t('app.name')}`;
  }, [title]);
  const label = engine && (language.value === 'zh-CN' ? engine.label.zh : engine.label.en);

  return (
    <header class="chat-head">
      {onOpenPanel && (
        <button
          type="button"
          class="button-icon"
          aria-label={t('tasks.open')}
          data-testid="open-panel"
          onClick={onOpenPanel}
        >
          <Icon name="menu" />
        </button>
      )}
      {renaming.value && task ? (
        <RenameField
          title={task.title}
          onDone={(typed) => {
            renaming.value = false;
            if (typed !== null && typed !== task.title) taskActions(workspace, task).rename(typed);
          }}
        />
      ) : (
        <h1 data-testid="chat-title" title={title}>
          {title}
        </h1>
      )}
      {label && (
        <span
          class={engine.demo ? 'badge demo' : 'badge'}
          title={engine.demo ? t('app.engine.demo.hint') : undefined}
          data-testid="engine"
        >
          {engine.demo ? t('app.engine.demo') : label}
        </span>
      )}
      {task && (
        <TaskMenu
          task={task}
          label={t('menu.more')}
          icon={<Icon name="more" />}
          onRename={() => (renaming.value = true)}
        />
      )}
    </header>
  );
}
