/** Which answer the demo engine gives to which words, in the user's language. */
import type { RunInput } from '../engine.ts';
import { en } from './texts.en.ts';
import { zh } from './texts.zh.ts';

/** `resumedAs`: id in the log of a part that a crash cut off. */
export type Step = { resumedAs?: string } & (
  | { kind: 'text' | 'reasoning'; text: string }
  | { kind: 'tool'; name: string; args: unknown; result: unknown }
  | { kind: 'tool'; name: string; args: unknown; error: string }
  | { kind: 'fail'; message: string }
);

export interface Script {
  steps: Step[];
  /** Factor on the time between two pieces. */
  pace: number;
  /** The run goes on by itself after a crash. */
  resumable: boolean;
}

export interface DemoTexts {
  overview: string;
  table: string;
  code: string;
  long: (paragraphs: number) => string;
  slow: string;
  beforeFailure: string;
  failure: string;
  reasoning: string;
  toolIntroduction: string;
  toolConclusion: string;
  toolFailure: string;
  resumable: string;
  continued: string;
  echo: (text: string) => string;
}

const LONG_PARAGRAPHS = 60;

const KEYWORDS: readonly {
  words: RegExp;
  script: (texts: DemoTexts) => Partial<Script> & { steps: Step[] };
}[] = [
  {
    words: /\bfail|失败|出错/i,
    script: (t) => ({ steps: [text(t.beforeFailure), { kind: 'fail', message: t.failure }] }),
  },
  { words: /\bslow|慢/i, script: (t) => ({ steps: [text(t.slow)], pace: 10 }) },
  {
    words: /\bresum|续传|恢复/i,
    script: (t) => ({ steps: [text(t.resumable + t.long(20))], resumable: true }),
  },
  { words: /\blong|长/i, script: (t) => ({ steps: [text(t.long(LONG_PARAGRAPHS))] }) },
  { words: /\btool|工具|步骤/i, script: (t) => ({ steps: toolSteps(t) }) },
  {
    words: /\bthink|\breason|思考|推理/i,
    script: (t) => ({ steps: [{ kind: 'reasoning', text: t.reasoning }, text(t.overview)] }),
  },
  { words: /\btable|表格/i, script: (t) => ({ steps: [text(t.table)] }) },
  { words: /\bcode|代码/i, script: (t) => ({ steps: [text(t.code)] }) },
  {
    words: /\bmarkdown|\bhelp|\bdemo|帮助|演示|你好|\bhello/i,
    script: (t) => ({ steps: [text(t.overview)] }),
  },
];

export function scriptFor(input: RunInput): Script {
  const asked = lastUserText(input);
  const texts = /[\u4e00-\u9fff]/.test(asked) ? zh : en;
  const chosen = KEYWORDS.find(({ words }) => words.test(asked))?.script(texts) ?? {
    steps: [text(texts.echo(asked))],
  };
  const script: Script = { pace: 1, resumable: false, ...chosen };
  return input.continued ? continuedScript(script, input.continued, texts) : script;
}

/** Goes on where the text broke off; a failure is not repeated. */
function continuedScript(
  script: Script,
  written: NonNullable<RunInput['continued']>,
  texts: DemoTexts,
): Script {
  const have = written.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('');
  const whole = script.steps.flatMap((step) => (step.kind === 'text' ? [step.text] : [])).join('');
  const rest = whole.startsWith(have) ? whole.slice(have.length) : '';
  return { ...script, resumable: false, steps: [text(rest || texts.continued)] };
}

function toolSteps(texts: DemoTexts): Step[] {
  return [
    text(texts.toolIntroduction),
    {
      kind: 'tool',
      name: 'search_documents',
      args: { query: 'zcbot' },
      result: { found: 3, titles: ['Embedding', 'Operations', 'Security'] },
    },
    { kind: 'tool', name: 'read_calendar', args: { day: 'today' }, error: texts.toolFailure },
    text(texts.toolConclusion),
  ];
}

function text(value: string): Step {
  return { kind: 'text', text: value };
}

export function lastUserText({ history }: Pick<RunInput, 'history'>): string {
  const last = history.findLast((message) => message.role === 'user');
  return (last?.parts ?? [])
    .flatMap((part) => (part.type === 'text' ? [part.text] : []))
    .join('\n');
}
