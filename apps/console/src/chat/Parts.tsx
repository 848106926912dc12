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
        if (part.type === 'tool') return <ToolStep key={index} {...part} />;
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

/** Takes the fields apart: a part that is being folded changes in place, its fields do not. */
function ToolStep({ name, args, state, result, error }: Omit<ToolPart, 'type' | 'call_id'>) {
  return (
    <details class="step" data-testid="tool-step" data-state={state}>
      <summary>
        <Icon name="tool" />
        <span class={state === 'running' ? 'shimmer' : ''}>{name}</span>
        <span class={`step-state ${state}`}>{t(`chat.tool.${state}`)}</span>
        <Icon name="chevron" />
      </summary>
      <div class="step-body">
        <Value label={t('chat.tool.args')} value={args} />
        {state === 'done' && <Value label={t('chat.tool.result')} value={result} />}
        {state === 'failed' && <Value label={t('chat.tool.error')} value={error} />}
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
