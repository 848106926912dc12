import { t } from '../i18n/i18n.ts';

/** The frame of the console before there is anything to put in it. */
export function ConsoleSkeleton() {
  return (
    <div class="shell" aria-busy="true" data-testid="console-skeleton">
      <p class="visually-hidden" role="status">
        {t('app.loading')}
      </p>
      <div class="columns" aria-hidden="true">
        <div class="panel">
          <div class="panel-head">
            <span class="skeleton control" />
          </div>
          <div class="search">
            <span class="skeleton control" />
          </div>
          <TaskSkeleton />
        </div>
        <div class="chat">
          <div class="chat-head" />
          <div class="scroller" />
          <div class="composer">
            <div class="composer-box empty-box" />
            <p class="composer-hint" />
          </div>
        </div>
      </div>
    </div>
  );
}

export function TaskSkeleton() {
  return (
    <div class="task-skeleton" aria-hidden="true">
      {[72, 54, 80, 46, 63].map((width) => (
        <span key={width} class={`skeleton w${width}`} />
      ))}
    </div>
  );
}

export function MessageSkeleton() {
  return (
    <div class="message-skeleton" aria-hidden="true">
      <span class="skeleton bubble" />
      <span class="skeleton w80" />
      <span class="skeleton w72" />
      <span class="skeleton w54" />
    </div>
  );
}
