/**
 * Failures and odd forms on request, by keywords in the question: `sim:cut`, `sim:slow_head=3000`,
 * `sim:4028`. Several may be combined. Unknown words change nothing.
 */
import { SimulatedError } from '../server/simulated-error.ts';

export interface Scenario {
  help: boolean;
  /** Answered before any stream. */
  refusal: SimulatedError | undefined;
  html: boolean;
  slowHeadMs: number;
  /** Ends the connection after so many characters of the answer, with or without an orderly end. */
  cut: { afterCharacters: number; orderly: boolean } | undefined;
  ending: 'completed' | 'failed' | 'error' | 'requires_action' | 'stall';
  endingCode: number;
  reasoning: boolean;
  functionCall: boolean;
  /** `message.completed` without any delta before it. */
  noDeltas: boolean;
  /** `event: x` with CRLF, as the workflow endpoints frame it. */
  spacedFraming: boolean;
  topic: 'echo' | 'code' | 'table' | 'long';
}

/** For `sim:help`, and for the documentation. */
export const KEYWORDS: Record<string, { zh: string; en: string }> = {
  'sim:help': { zh: '本列表', en: 'this list' },
  'sim:<code>': {
    zh: '以扣子错误码回答，如 sim:4016、sim:4028、sim:4100',
    en: 'answers with that error code of Coze: sim:4016, sim:4028, sim:4100, …',
  },
  'sim:429': {
    zh: 'HTTP 状态码，也可为 401、500、502、503',
    en: 'that HTTP status; also 401, 500, 502, 503',
  },
  'sim:html': { zh: '网关的 HTML 错误页', en: 'an HTML page of some gateway' },
  'sim:slow_head=<ms>': { zh: '延迟响应头', en: 'delays the head of the answer' },
  'sim:cut=<n>': { zh: '在 n 个字符后断开连接', en: 'breaks the connection after n characters' },
  'sim:end=<n>': {
    zh: '在 n 个字符后正常结束连接，但没有结束事件',
    en: 'ends the stream in order after n characters, without a final event',
  },
  'sim:stall': { zh: '回答中途不再发送', en: 'goes silent in the middle' },
  'sim:error=<code>': { zh: '流中的 error 事件', en: 'an error event in the stream' },
  'sim:failed=<code>': { zh: 'chat.failed 事件', en: 'the chat fails' },
  'sim:requires_action': { zh: '等待工具结果', en: 'asks for a tool’s output' },
  'sim:reasoning': { zh: '先给出思考过程', en: 'shows its reasoning first' },
  'sim:function': { zh: '包含工具调用', en: 'calls a tool on the way' },
  'sim:nodelta': { zh: '不流式，一次给出全文', en: 'the whole answer at once' },
  'sim:spaced': { zh: '另一种 SSE 格式', en: 'the other SSE framing' },
  'sim:code sim:table sim:long': { zh: '代码、表格、长文', en: 'code, a table, a long text' },
};

const DEFAULT_CUT_AFTER = 20;
const DEFAULT_SLOW_HEAD_MS = 3_000;
const LONGEST_DELAY_MS = 120_000;

export function readScenario(question: string): Scenario {
  const words = new Map<string, number | undefined>();
  for (const [, word, value] of question.matchAll(/\bsim:([a-z_]+|\d{3,9})(?:=(\d{1,9}))?/gi)) {
    words.set((word ?? '').toLowerCase(), value === undefined ? undefined : Number(value));
  }
  const number = [...words.keys()].find((word) => /^\d+$/.test(word));
  const cut = words.has('cut') || words.has('end');
  return {
    help: words.has('help'),
    refusal: number === undefined ? undefined : refusalOf(Number(number)),
    html: words.has('html'),
    slowHeadMs: words.has('slow_head')
      ? Math.min(words.get('slow_head') ?? DEFAULT_SLOW_HEAD_MS, LONGEST_DELAY_MS)
      : 0,
    cut: cut
      ? {
          afterCharacters: words.get('cut') ?? words.get('end') ?? DEFAULT_CUT_AFTER,
          orderly: !words.has('cut'),
        }
      : undefined,
    ending:
      (['error', 'failed', 'requires_action', 'stall'] as const).find((word) => words.has(word)) ??
      'completed',
    endingCode: words.get('error') ?? words.get('failed') ?? 5000,
    reasoning: words.has('reasoning'),
    functionCall: words.has('function'),
    noDeltas: words.has('nodelta'),
    spacedFraming: words.has('spaced'),
    topic: topicOf(question, words),
  };
}

/** Three digits are a status without Coze's own code, more are Coze's code. */
function refusalOf(number: number): SimulatedError {
  if (number > 599) return new SimulatedError(number);
  const code = number === 401 ? 4100 : number === 429 ? 4013 : 5000;
  return new SimulatedError(code, undefined, number >= 400 ? number : 500);
}

function topicOf(question: string, words: Map<string, unknown>): Scenario['topic'] {
  if (words.has('long')) return 'long';
  if (words.has('table') || /表格|\btable\b/i.test(question)) return 'table';
  if (words.has('code') || /代码|\bcode\b/i.test(question)) return 'code';
  return 'echo';
}
