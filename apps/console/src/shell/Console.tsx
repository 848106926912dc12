import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { ChatHead } from '../chat/ChatHead.tsx';
import { ChatPane, isMissing, NewTaskPane } from '../chat/ChatPane.tsx';
import { Composer } from '../composer/Composer.tsx';
import { t } from '../i18n/i18n.ts';
import { loadMarkdown } from '../markdown/Markdown.tsx';
import { NewTaskDialog } from '../tasks/NewTaskDialog.tsx';
import { TaskPanel } from '../tasks/TaskPanel.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { compact, touch } from '../ui/media.ts';
import { Toasts } from '../ui/toasts.tsx';
import { whenIdle } from '../ui/when-idle.ts';
import { Bars } from './Bars.tsx';
import { useApp, useWorkspace } from './context.ts';
import { listenForShortcuts } from './shortcuts.ts';
import { ShortcutsDialog } from './ShortcutsDialog.tsx';
import { SignInForm } from './SignInForm.tsx';

/** The main view: task panel, conversation, composer. */
export function Console() {
  const app = useApp();
  const workspace = useWorkspace();
  const drawer = useSignal(false);
  const creating = useSignal(false);
  const help = useSignal(false);
  const panel = useRef<HTMLElement>(null);
  const view = workspace.view.value;
  const conversation = workspace.conversation.value;
  const drawerOpen = compact.value && drawer.value;

  function focusComposer(): void {
    document.getElementById('composer')?.focus({ preventScroll: true });
  }

  /** Focus goes at once where it can, so that no key typed meanwhile goes elsewhere. */
  function afterDrawer(action: () => void): void {
    if (compact.value) requestAnimationFrame(action);
    else action();
  }

  function closeDrawer(): void {
    if (!drawer.value) return;
    drawer.value = false;
    afterDrawer(() => document.querySelector<HTMLElement>('[data-testid=open-panel]')?.focus());
  }

  function onOpened(): void {
    drawer.value = false;
    if (!touch.value) afterDrawer(focusComposer);
  }

  // Ready before the first answer is opened, and not in the way of what is shown first.
  useEffect(() => whenIdle(loadMarkdown), []);

  useEffect(() => {
    // Embedded, the focus belongs to the page around the frame until the user comes here.
    if (!app.embedded && !touch.value) focusComposer();
    const listening = new AbortController();
    listenForShortcuts(
      {
        search() {
          drawer.value = true;
          afterDrawer(() => document.getElementById('task-search')?.focus());
        },
        newTask: () => (creating.value = true),
        composer: focusComposer,
        stop: () => document.querySelector<HTMLElement>('[data-testid=stop]')?.click(),
        help: () => (help.value = true),
        step(direction) {
          const items = workspace.tasks.items.peek();
          const open = workspace.view.peek();
          const at = items.findIndex(({ id }) => open.kind === 'task' && id === open.taskId);
          const next = items[at < 0 && direction < 0 ? 0 : at + direction];
          if (next) workspace.openTask(next.id);
        },
      },
      listening.signal,
    );
    return () => listening.abort();
  }, []);

  useEffect(() => {
    if (drawerOpen) panel.current?.querySelector<HTMLElement>('[data-testid=new-task]')?.focus();
  }, [drawerOpen]);

  return (
    <div class={`shell ${drawerOpen ? 'drawer-open' : ''}`} data-testid="console">
      <a
        class="skip"
        href="#composer"
        onClick={(event) => {
          event.preventDefault();
          focusComposer();
        }}
      >
        {t('app.skip')}
      </a>
      <Bars />
      <div class="columns">
        <aside
          ref={panel}
          class="panel"
          aria-label={t('tasks.label')}
          inert={compact.value && !drawerOpen}
          data-testid="task-panel"
          onKeyDown={(event) => event.key === 'Escape' && closeDrawer()}
        >
          <TaskPanel
            onNewTask={() => (creating.value = true)}
            onOpened={onOpened}
            onClose={compact.value ? closeDrawer : null}
          />
        </aside>
        <div class="scrim" onClick={closeDrawer} />
        <main class="chat" inert={drawerOpen}>
          <ChatHead onOpenPanel={compact.value ? () => (drawer.value = true) : null} />
          {conversation ? (
            <ChatPane key={conversation.taskId} conversation={conversation} />
          ) : (
            view.kind === 'new' && <NewTaskPane newTaskKey={view.key} />
          )}
          {!isMissing(conversation) && <Composer />}
        </main>
      </div>
      <Toasts />
      {creating.value && (
        <NewTaskDialog
          onClose={() => (creating.value = false)}
          onCreated={() => {
            creating.value = false;
            // Once the dialog is gone and has given the focus back.
            requestAnimationFrame(onOpened);
          }}
        />
      )}
      {help.value && <ShortcutsDialog onClose={() => (help.value = false)} />}
      <SignInAgain />
    </div>
  );
}

/** Standalone, when the session has ended: over the page, so that nothing of it is lost. */
function SignInAgain() {
  const app = useApp();
  const { user } = useWorkspace();
  const state = app.session.state.value;
  if (state.phase !== 'active' || state.renewal !== 'sign-in') return null;
  return (
    <Dialog
      title={t('login.again.title')}
      dismissible={false}
      onClose={() => {}}
      testId="sign-in-again"
    >
      <p class="muted">{t('login.again.lead')}</p>
      <SignInForm email={user.value?.email ?? ''} />
      <button type="button" class="button-text" onClick={() => void app.signOut()}>
        {t('login.logout')}
      </button>
    </Dialog>
  );
}
