/** What the simulator says. Every answer begins by saying that it is one. */
import { KEYWORDS, type Scenario } from './scenario.ts';

export type Language = 'zh' | 'en';

export function languageOf(question: string): Language {
  return /\p{Script=Han}/u.test(question) ? 'zh' : 'en';
}

const LABEL = {
  zh: '**【模拟器】这不是真实的扣子智能体。**',
  en: '**[Simulator] This is not a real Coze bot.**',
};

export interface Asked {
  question: string;
  language: Language;
  /** Of this question within its conversation, from 1. */
  ordinal: number;
  sessionName: string | null;
  files: number;
  scenario: Scenario;
}

export function composeAnswer(asked: Asked): string {
  const { language, scenario } = asked;
  const body = scenario.help ? help(language) : topic(asked);
  return `${LABEL[language]}\n\n${body}`;
}

export function followUps(language: Language): string[] {
  return language === 'zh'
    ? ['给我看一段代码', '给我看一个表格', '你能模拟哪些故障？sim:help']
    : ['Show me some code', 'Show me a table', 'Which failures can you simulate? sim:help'];
}

export function reasoningOf(language: Language): string {
  return language === 'zh'
    ? '用户在和模拟器对话。我没有模型，所以复述问题，并说明这是第几个问题。'
    : 'The user talks to a simulator. There is no model, so I repeat the question and count it.';
}

function topic(asked: Asked): string {
  const { language, scenario } = asked;
  switch (scenario.topic) {
    case 'code':
      return language === 'zh'
        ? `一段代码：\n\n${CODE}\n\n它什么也不做，只用来看样式。`
        : `Some code:\n\n${CODE}\n\nIt does nothing; it shows how code looks.`;
    case 'table':
      return language === 'zh' ? TABLE_ZH : TABLE_EN;
    case 'long':
      return Array.from({ length: 40 }, (_, index) => paragraph(language, index + 1)).join('\n\n');
    case 'echo':
      return echo(asked);
  }
}

function echo({ question, language, ordinal, sessionName, files }: Asked): string {
  const quoted = question
    .trim()
    .slice(0, 500)
    .replaceAll(/\s*\n\s*/g, ' ');
  const hint = sessionName === null ? '' : sessionName.slice(0, 6);
  if (language === 'zh') {
    const whose = hint ? `会话 \`${hint}…\` 的` : '没有会话隔离的';
    const attached = files > 0 ? `（附带 ${files} 个文件）` : '';
    return `你说：“${quoted}”${attached}\n\n这是${whose}对话中的第 ${ordinal} 个问题，其他会话看不到它。`;
  }
  const whose = hint ? `of session \`${hint}…\`` : 'without a session of its own';
  const attached = files > 0 ? ` (with ${files} file${files === 1 ? '' : 's'})` : '';
  return `You said: “${quoted}”${attached}\n\nThis is question ${ordinal} of a conversation ${whose}; no other session sees it.`;
}

function help(language: Language): string {
  const head = language === 'zh' ? '在消息中写入以下关键字：' : 'Put these words into a message:';
  const lines = Object.entries(KEYWORDS).map(([word, text]) => `- \`${word}\` ${text[language]}`);
  return [head, '', ...lines].join('\n');
}

function paragraph(language: Language, number: number): string {
  return language === 'zh'
    ? `第 ${number} 段：这段文字很长，用来观察滚动、停止和断线重连。表情 🙂 与汉字会被拆成字节传输，接收方应当正确拼接。`
    : `Paragraph ${number}: a long text to watch scrolling, stopping and reconnecting. Emoji 🙂 and “quotes” are split into bytes on the way, and have to arrive whole.`;
}

const CODE = [
  '```ts',
  'export function greet(name: string): string {',
  '  return `Hello, ${name}!`;',
  '}',
  '```',
].join('\n');
const TABLE_ZH =
  '| 城市 | 温度 | 天气 |\n|---|---|---|\n| 北京 | 21 °C | 晴 |\n| 上海 | 24 °C | 多云 |';
const TABLE_EN =
  '| city | temperature | weather |\n|---|---|---|\n| Oslo | 12 °C | rain |\n| Rome | 24 °C | sun |';
