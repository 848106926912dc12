import type { Task } from '@zcbot/protocol/http';
import type { ComponentChildren } from 'preact';
import { t } from '../i18n/i18n.ts';
import { useWorkspace } from '../shell/context.ts';
import { Icon } from '../ui/Icon.tsx';
import { Menu, MenuItem } from '../ui/Menu.tsx';
import { taskActions } from './task-actions.ts';

export function TaskMenu({
  task,
  label,
  icon,
  onRename,
  tabIndex,
}: {
  task: Task;
  label: string;
  icon: ComponentChildren;
  onRename: () => void;
  tabIndex?: number;
}) {
  const actions = taskActions(useWorkspace(), task);
  return (
    <Menu label={label} icon={icon} class="row-menu" testId="task-menu" tabIndex={tabIndex ?? 0}>
      {(close) => {
        const choose = (action: () => void) => () => {
          close();
          action();
        };
        return (
          <>
            <MenuItem icon={<Icon name="rename" />} onSelect={choose(onRename)}>
              {t('tasks.rename')}
            </MenuItem>
            <MenuItem
              icon={<Icon name="archive" />}
              onSelect={choose(() => actions.archive(!task.archived))}
            >
              {t(task.archived ? 'tasks.unarchive' : 'tasks.archive')}
            </MenuItem>
            <MenuItem danger icon={<Icon name="trash" />} onSelect={choose(actions.remove)}>
              {t('tasks.delete')}
            </MenuItem>
          </>
        );
      }}
    </Menu>
  );
}
