import type { Task } from '@zcbot/protocol/http';
import { failureText } from '../i18n/failure-text.ts';
import { t } from '../i18n/i18n.ts';
import { showToast } from '../ui/toasts.tsx';
import type { Workspace } from '../workspace.ts';

export function titleOf(task: Pick<Task, 'title'> | undefined): string {
  return task?.title || t('tasks.untitled');
}

/** Everything one can do to a task; failures are told in a toast and undone in the list. */
export function taskActions(workspace: Workspace, task: Task) {
  const { tasks } = workspace;
  const say = (error: unknown): void => {
    if (!workspace.lifetime.aborted) showToast(failureText(error));
  };
  const isOpen = (): boolean => {
    const view = workspace.view.peek();
    return view.kind === 'task' && view.taskId === task.id;
  };

  return {
    rename: (title: string) => void tasks.patch(task.id, { title }).catch(say),

    archive(archived: boolean): void {
      tasks.patch(task.id, { archived }).then(() => {
        if (!archived) return;
        showToast(t('tasks.archived.done', { title: titleOf(task) }), {
          label: t('tasks.undo'),
          run: () => void tasks.patch(task.id, { archived: false }).catch(say),
        });
      }, say);
    },

    remove(): void {
      const wasOpen = isOpen();
      if (wasOpen) workspace.openNew();
      tasks.remove(task.id).then(() => {
        showToast(t('tasks.deleted', { title: titleOf(task) }), {
          label: t('tasks.undo'),
          run: () =>
            void tasks.restore(task.id).then(() => {
              if (wasOpen) workspace.openTask(task.id);
            }, say),
        });
      }, say);
    },
  };
}
