import type { TextKey } from '../i18n/en.ts';
import { t } from '../i18n/i18n.ts';
import { useWorkspace } from '../shell/context.ts';

const EXAMPLES: readonly TextKey[] = [
  'chat.example.1',
  'chat.example.2',
  'chat.example.3',
  'chat.example.4',
];

/** An invitation instead of a blank page; the demo engine also offers what it can show. */
export function EmptyState({ lead }: { lead: string }) {
  const workspace = useWorkspace();
  const view = workspace.view.value;
  const task = view.kind === 'task' ? workspace.tasks.find(view.taskId) : undefined;
  const demo = workspace.engineOf(task)?.demo === true;
  return (
    <div class="empty" data-testid="empty-state">
      <h2>{t('chat.empty.title')}</h2>
      <p class="muted">{lead}</p>
      <ul class="examples">
        {demo &&
          EXAMPLES.map((key) => (
            <li key={key}>
              <button type="button" class="example" onClick={() => workspace.send(t(key))}>
                {t(key)}
              </button>
            </li>
          ))}
      </ul>
    </div>
  );
}
