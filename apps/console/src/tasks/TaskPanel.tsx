import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { failureText } from '../i18n/failure-text.ts';
import { t } from '../i18n/i18n.ts';
import { Brand } from '../shell/Brand.tsx';
import { TaskSkeleton } from '../shell/ConsoleSkeleton.tsx';
import { useApp, useWorkspace } from '../shell/context.ts';
import { SettingsMenu } from '../shell/SettingsMenu.tsx';
import { Icon } from '../ui/Icon.tsx';
import { TaskRow } from './TaskRow.tsx';

/** Distance (in px) to the end of the list at which the next page is fetched. */
const MORE_AHEAD = 400;

export function TaskPanel({
  onNewTask,
  onOpened,
  onClose,
}: {
  onNewTask: () => void;
  /** A task was chosen: the drawer may close, the composer may take the focus. */
  onOpened: () => void;
  /** Closes the drawer; null where the panel always shows. */
  onClose: (() => void) | null;
}) {
  const app = useApp();
  const workspace = useWorkspace();
  const state = app.session.state.value;
  const given = state.phase === 'active' ? state.identity.userName : null;
  const name = given ?? workspace.user.value?.name ?? workspace.user.value?.email;
  return (
    <>
      <div class="panel-head">
        {!app.embedded && <Brand />}
        <button
          type="button"
          class={app.embedded ? 'button-primary wide' : 'button-primary small'}
          data-testid="new-task"
          onClick={onNewTask}
        >
          <Icon name="plus" />
          {t('tasks.new')}
        </button>
        {onClose && (
          <button
            type="button"
            class="button-icon"
            aria-label={t('tasks.close')}
            onClick={onClose}
            data-testid="close-panel"
          >
            <Icon name="close" />
          </button>
        )}
      </div>
      <SearchField />
      <ListTabs />
      <TaskItems onOpened={onOpened} />
      <div class="panel-foot">
        <span class="user-name" data-testid="user-name">
          {name ?? ''}
        </span>
        <SettingsMenu onSignOut={app.embedded ? undefined : () => void app.signOut()} />
      </div>
    </>
  );
}

function SearchField() {
  const { tasks } = useWorkspace();
  const typed = useSignal(tasks.search.peek());
  const change = (text: string): void => {
    typed.value = text;
    tasks.setSearch(text.trim());
  };
  return (
    <div class="search" role="search">
      <Icon name="search" />
      <input
        id="task-search"
        type="search"
        aria-label={t('tasks.search')}
        placeholder={t('tasks.search')}
        value={typed.value}
        maxLength={200}
        autocomplete="off"
        onInput={(event) => change(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || typed.value === '') return;
          event.stopPropagation();
          change('');
        }}
      />
      {typed.value !== '' && (
        <button
          type="button"
          class="button-icon small"
          aria-label={t('tasks.search.clear')}
          onClick={() => change('')}
        >
          <Icon name="close" />
        </button>
      )}
    </div>
  );
}

function ListTabs() {
  const { tasks } = useWorkspace();
  return (
    <div class="list-tabs" role="group" aria-label={t('tasks.label')}>
      {([false, true] as const).map((archived) => (
        <button
          key={String(archived)}
          type="button"
          aria-pressed={tasks.archived.value === archived}
          data-testid={archived ? 'show-archived' : 'show-current'}
          onClick={() => tasks.setArchived(archived)}
        >
          {t(archived ? 'tasks.archived' : 'tasks.current')}
        </button>
      ))}
    </div>
  );
}

function TaskItems({ onOpened }: { onOpened: () => void }) {
  const { tasks, view } = useWorkspace();
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const openId = view.value.kind === 'task' ? view.value.taskId : null;
  const items = tasks.items.value;

  function fetchAhead(): void {
    if (!scroller.current) return;
    const { scrollTop, clientHeight, scrollHeight } = scroller.current;
    if (scrollTop + clientHeight > scrollHeight - MORE_AHEAD) {
      void tasks.loadMore().catch(() => undefined);
    }
  }
  // A tall window may show the whole first page without any scrolling.
  useEffect(fetchAhead, [items.length, tasks.phase.value]);

  // One stop for the tab key; arrows move within.
  function onKeyDown(event: KeyboardEvent): void {
    const links = [...list.current!.querySelectorAll<HTMLElement>('.task-link')];
    const at = links.indexOf(document.activeElement as HTMLElement);
    if (at < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: links.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    links[Math.min(Math.max(next, 0), links.length - 1)]?.focus();
  }

  const entry = items.some(({ id }) => id === openId) ? openId : items[0]?.id;
  return (
    <nav class="task-scroll" ref={scroller} onScroll={fetchAhead} aria-label={t('tasks.label')}>
      {tasks.phase.value === 'loading' && <TaskSkeleton />}
      {tasks.phase.value === 'failed' && (
        <div class="list-note" role="alert">
          <p>{t('tasks.failed')}</p>
          <p class="muted">{tasks.fault.value && failureText(tasks.fault.value)}</p>
          <button type="button" class="button-text" onClick={() => void tasks.reload()}>
            {t('chat.retry')}
          </button>
        </div>
      )}
      {tasks.phase.value === 'ready' && items.length === 0 && <EmptyList />}
      <ul ref={list} class="task-list" data-testid="task-list" onKeyDown={onKeyDown}>
        {items.map((task) => (
          <TaskRow
            key={task.id}
            task={task}
            open={task.id === openId}
            tabbable={task.id === entry}
            onOpened={onOpened}
          />
        ))}
      </ul>
      {tasks.loadingMore.value && <p class="list-note muted">{t('tasks.more')}</p>}
    </nav>
  );
}

function EmptyList() {
  const { tasks } = useWorkspace();
  const query = tasks.search.value;
  const text =
    query !== ''
      ? t('tasks.empty.search', { query })
      : t(tasks.archived.value ? 'tasks.empty.archived' : 'tasks.empty');
  return <p class="list-note muted">{text}</p>;
}
