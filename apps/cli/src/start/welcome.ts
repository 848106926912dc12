/** What `npm start` prints at the end: every address to open, and how to sign in. */
import { say, type Language, type Text } from '../terminal/language.ts';
import { table } from '../terminal/table.ts';

export interface Started {
  portalUrl: string;
  consoleUrl: string;
  brokerUrl: string;
  /** The Coze simulator stands in for Coze. */
  simulated: boolean;
  email: string;
  /** Null: it was shown at an earlier start. */
  password: string | null;
  dataDirectory: string;
}

export function welcome(started: Started, language: Language): string {
  const { portalUrl, consoleUrl, brokerUrl, simulated, email, password, dataDirectory } = started;
  const renew = `npx zcbot user passwd ${email}`;
  const rows: [Text, string, Text | null][] = [
    [
      { en: 'Example platform', zh: '示例平台' },
      portalUrl,
      { en: 'a page with the console embedded in it', zh: '嵌入了控制台的页面' },
    ],
    [{ en: 'Console', zh: '控制台' }, consoleUrl, { en: 'on its own', zh: '独立使用' }],
    [{ en: '  e-mail', zh: '  邮箱' }, email, null],
    password === null
      ? [{ en: '  password', zh: '  密码' }, say(SHOWN_BEFORE(renew), language), null]
      : [{ en: '  password', zh: '  密码' }, password, SHOWN_ONCE],
    [{ en: 'API reference', zh: '接口文档' }, `${consoleUrl}/docs`, null],
    [{ en: 'Coze chat', zh: '扣子聊天' }, `${brokerUrl}/chat`, simulated ? SIMULATED : null],
    [
      { en: 'Userscript', zh: '用户脚本' },
      `${brokerUrl}/coze-chat.user.js`,
      simulated ? SIMULATED_ANYWHERE : ANYWHERE,
    ],
    [{ en: 'Data', zh: '数据目录' }, dataDirectory, null],
  ];
  const lines = table(
    rows.map(([label, value, remark]) => [
      `  ${say(label, language)}`,
      value,
      remark ? say(remark, language) : '',
    ]),
  );
  return ['', `  ${say(HEADING, language)}`, '', ...lines, ''].join('\n') + '\n';
}

const HEADING = {
  en: 'zcbot is running. Open one of these; Ctrl-C stops everything.',
  zh: 'zcbot 已启动。请打开下面的地址；按 Ctrl-C 全部停止。',
};
const SIMULATED = {
  en: 'SIMULATOR: Coze is not configured, nothing it says is real',
  zh: '【模拟器】没有配置扣子，回答不是真的',
};
const ANYWHERE = { en: 'the same chat on any page', zh: '在任意网页上使用同样的聊天' };
const SIMULATED_ANYWHERE = {
  en: 'the same chat on any page, with the SIMULATOR too',
  zh: '在任意网页上使用同样的聊天，同样由【模拟器】回答',
};
const SHOWN_ONCE = { en: 'shown only this once', zh: '只显示这一次' };
const SHOWN_BEFORE = (renew: string): Text => ({
  en: `shown at the first start; set a new one: ${renew}`,
  zh: `首次启动时已显示；重设密码：${renew}`,
});
