import { useSignal } from '@preact/signals';
import { TITLE_MAX } from './limits.ts';
import type { Task } from '@zcbot/protocol/http';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../i18n/i18n.ts';
import { useApp, useWorkspace } from '../shell/context.ts';
import { Icon } from '../ui/Icon.tsx';
import { RelativeTime } from '../ui/RelativeTime.tsx';
import { taskActions, titleOf } from './task-actions.ts';
import { TaskMenu } from './TaskMenu.tsx';

export function TaskRow({
  task,
  open,
  tabbable,
  onOpened,
}: {
  task: Task;
  open: boolean;
  /** The one row of the list that the tab key stops at. */
  tabbable: boolean;
  onOpened: () => void;
}) {
  const app = useApp();
  const workspace = useWorkspace();
  const renaming = useSignal(false);
  const link = useRef<HTMLAnchorElement>(null);
  // What is on the screen is being read: no mark flashes up before the server hears of it.
  const unread = task.unread && !(open && document.visibilityState === 'visible');
  const working = task.status === 'idle' ? null : t(`tasks.status.${task.status}`);

  function onClick(event: MouseEvent): void {
    // Inside a frame a new tab would open a console that no parent signs in.
    if (!app.embedded && (event.metaKey || event.ctrlKey || event.shiftKey)) return;
    event.preventDefault();
    workspace.openTask(task.id);
    onOpened();
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'F2') renaming.value = true;
    else if (event.key === 'Delete') taskActions(workspace, task).remove();
    else return;
    event.preventDefault();
  }

  if (renaming.value) {
    return (
      <li class="task-row renaming">
        <RenameField
          title={task.title}
          onDone={(title) => {
            renaming.value = false;
            if (title !== null && title !== task.title) taskActions(workspace, task).rename(title);
            requestAnimationFrame(() => link.current?.focus());
          }}
        />
      </li>
    );
  }
  return (
    <li class={`task-row ${open ? 'open' : ''} ${unread ? 'unread' : ''}`}>
      <a
        ref={link}
        class="task-link"
        href={`?task_id=${task.id}`}
        aria-current={open ? 'page' : undefined}
        tabIndex={tabbable ? 0 : -1}
        data-testid="task-item"
        data-task-id={task.id}
        data-status={task.status}
        onClick={onClick}
        onAuxClick={(event) => app.embedded && event.preventDefault()}
        onKeyDown={onKeyDown}
      >
        <span class="task-title">{titleOf(task)}</span>
        <span class="task-meta">
          {working && (
            <span class="status" title={working}>
              <span class="dot working" />
              <span class="visually-hidden">{working}</span>
            </span>
          )}
          {unread && !working && (
            <span class="status" title={t('tasks.unread')} data-testid="unread">
              <span class="dot" />
              <span class="visually-hidden">{t('tasks.unread')}</span>
            </span>
          )}
          <RelativeTime at={task.updated_at} />
        </span>
      </a>
      <TaskMenu
        task={task}
        label={t('tasks.actions', { title: titleOf(task) })}
        onRename={() => (renaming.value = true)}
        icon={<Icon name="more" />}
        tabIndex={tabbable ? 0 : -1}
      />
    </li>
  );
}

/** Enter and leaving the field keep the title, Escape does not. An empty title changes nothing. */
export function RenameField({
  title,
  onDone,
}: {
  title: string;
  onDone: (title: string | null) => void;
}) {
  const field = useRef<HTMLInputElement>(null);
  const done = useRef(false);
  // Before anything else is typed.
  useLayoutEffect(() => {
    field.current!.focus();
    field.current!.select();
  }, []);

  function finish(keep: boolean): void {
    if (done.current) return;
    done.current = true;
    const typed = field.current!.value.trim();
    onDone(keep && typed !== '' ? typed : null);
  }

  return (
    <input
      ref={field}
      class="rename"
      type="text"
      defaultValue={title}
      maxLength={TITLE_MAX}
      aria-label={t('tasks.rename.label')}
      data-testid="rename-field"
      onBlur={() => finish(true)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.isComposing || event.keyCode === 229) return;
        if (event.key === 'Enter') finish(true);
        if (event.key === 'Escape') finish(false);
      }}
    />
  );
}
