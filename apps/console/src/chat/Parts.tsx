import type { Part } from '@zcbot/protocol/run-events';
import { t } from '../i18n/i18n.ts';
import { Markdown } from '../markdown/Markdown.tsx';
import { Icon } from '../ui/Icon.tsx';

type ToolPart = Extract<Part, { type: 'tool' }>;

/** @param streaming the last part is still being written. */
export function Parts({ parts, streaming }: { parts: readonly Part[]; streaming: boolean }) {
  return (
    <>
      {parts.map((part, index) => {
        const growing = streaming && index === parts.length - 1;
        if (part.type === 'text') return <Markdown key={index} text={part.text} final={!growing} />;
        if (part.type === 'tool') return <ToolStep key={index} part={part} />;
        return <Reasoning key={index} text={part.text} growing={growing} />;
      })}
    </>
  );
}

function Reasoning({ text, growing }: { text: string; growing: boolean }) {
  return (
    <details class="step" data-testid="reasoning">
      <summary>
        <Icon name="thought" />
        <span class={growing ? 'shimmer' : ''}>
          {t(growing ? 'chat.reasoning.running' : 'chat.reasoning')}
        </span>
        <Icon name="chevron" />
      </summary>
      <div class="step-body reasoning-text">
        <Markdown text={text} final={!growing} />
      </div>
    </details>
  );
}

function ToolStep({ part }: { part: ToolPart }) {
  return (
    <details class="step" data-testid="tool-step" data-state={part.state}>
      <summary>
        <Icon name="tool" />
        <span class={part.state === 'running' ? 'shimmer' : ''}>{part.name}</span>
        <span class={`step-state ${part.state}`}>{t(`chat.tool.${part.state}`)}</span>
        <Icon name="chevron" />
      </summary>
      <div class="step-body">
        <Value label={t('chat.tool.args')} value={part.args} />
        {part.state === 'done' && <Value label={t('chat.tool.result')} value={part.result} />}
        {part.state === 'failed' && <Value label={t('chat.tool.error')} value={part.error} />}
      </div>
    </details>
  );
}

function Value({ label, value }: { label: string; value: unknown }) {
  if (value === undefined || value === null) return null;
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  return (
    <>
      <p class="step-label">{label}</p>
      <pre tabIndex={0}>{text}</pre>
    </>
  );
}
