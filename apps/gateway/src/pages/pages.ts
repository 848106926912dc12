/** The broker's pages: server-rendered, no script but the chat's, zh and en, light and dark. */
import { escapeHtml, page } from './layout.ts';
import type { Language } from './language.ts';

export interface StatusFacts {
  version: string;
  credentials: 'jwt' | 'pat' | 'none';
  /** The OAuth app's id; none under a PAT. */
  clientId?: string;
  region?: string;
  apiBase?: string;
  simulator: boolean;
  sessionNames: 'derived' | 'raw';
  proxyUrl: string;
  loopbackOnly: boolean;
  installs: number;
  /** A guessable session name was used since the start. */
  weakNameSeen: boolean;
  botId?: string;
  /** Never a token. Epoch milliseconds. */
  sessions: { hint: string; issuedAt: number; expiresAt: number }[];
}

const TEXT = {
  zh: {
    title: '扣子网关',
    running: '正在运行',
    simulator: '没有配置扣子，正在使用离线模拟器：回答不是真的。',
    none: '没有可用的扣子凭据。请设置 COZE_OAUTH_CONFIG 或 COZE_PAT 后重新启动。',
    pat: '正在使用个人访问令牌（PAT）：扣子不会按会话隔离用户。多人使用请改用 OAuth JWT 应用。',
    raw: 'COZE_SESSION_NAMES=raw:知道会话名的人就能看到该会话的内容。',
    weak: '有程序使用了容易猜到的会话名。在本机上会话名就是凭证，请至少使用 96 位随机数。',
    app: '应用',
    region: '区域',
    simulated: '模拟器',
    api: 'API',
    proxy: '代理',
    installs: '已配对的用户脚本',
    sessions: '会话令牌',
    session: '会话',
    age: '已签发',
    left: '剩余',
    noSessions: '还没有会话取过令牌。',
    next: '接下来',
    tryChat: '试试聊天',
    tryChatHint: '不需要用户脚本，直接在这里与机器人对话。',
    install: '安装用户脚本',
    installHint:
      '先安装 Tampermonkey、Violentmonkey 或 ScriptCat，再点这里。脚本里带有一次性的配对码，十分钟内有效。',
    installLink:
      '本网关可以从其他机器访问，每个调用者都必须先配对。请向运营者索取用户脚本的安装链接（npx zcbot gateway install-link）。',
    minutes: (n: number) => `${n} 分钟`,
    formTitle: '获取令牌',
    formHint: '请填写会话名。不同的会话名互相看不到对方的历史。',
    name: '会话名',
    submit: '继续',
    readyTitle: '令牌已就绪',
    ready:
      '此会话的令牌已在网关中准备好。令牌不会显示在页面上；程序请带上请求头 Accept: application/json 再请求一次。',
    expires: '到期时间',
    patTitle: '个人访问令牌不会交出',
    patBody: '请改为通过网关调用：在代理端口使用 /coze/<路径>,网关会自己加上令牌。',
    back: '返回首页',
    chatTitle: '试用聊天',
    noScript: '此页面需要 JavaScript。',
  },
  en: {
    title: 'Coze gateway',
    running: 'Running',
    simulator:
      'Coze is not configured; the offline simulator answers instead. Nothing it says is real.',
    none: 'There are no Coze credentials. Set COZE_OAUTH_CONFIG or COZE_PAT and start again.',
    pat: 'A personal access token (PAT) is in use: Coze does not separate users by session. For several people use an OAuth JWT app.',
    raw: 'COZE_SESSION_NAMES=raw: whoever knows a session name sees that session.',
    weak: 'A program uses a session name that can be guessed. On this machine the name is the credential; use at least 96 random bits.',
    app: 'App',
    region: 'Region',
    simulated: 'simulator',
    api: 'API',
    proxy: 'Proxy',
    installs: 'Paired userscripts',
    sessions: 'Session tokens',
    session: 'Session',
    age: 'Issued',
    left: 'Left',
    noSessions: 'No session has asked for a token yet.',
    next: 'What next',
    tryChat: 'Try the chat',
    tryChatHint: 'Talk to the bot right here, without a userscript.',
    install: 'Install the userscript',
    installHint:
      'Install Tampermonkey, Violentmonkey or ScriptCat first, then click here. The script carries a single-use pairing code, valid for ten minutes.',
    installLink:
      'This gateway can be reached from other machines, so every caller must be paired. Ask its operator for an install link of the userscript (npx zcbot gateway install-link).',
    minutes: (n: number) => `${n} min`,
    formTitle: 'Get a token',
    formHint: 'Give the name of a session. Different names never see each other’s history.',
    name: 'Session name',
    submit: 'Continue',
    readyTitle: 'The token is ready',
    ready:
      'The gateway holds a token for this session. It is not shown on a page; a program asks again with the header Accept: application/json.',
    expires: 'Expires',
    patTitle: 'A personal access token is not handed out',
    patBody:
      'Call through the gateway instead: use /coze/<path> on the proxy port, and the gateway adds the token itself.',
    back: 'Back to the start',
    chatTitle: 'Try the chat',
    noScript: 'This page needs JavaScript.',
  },
} as const;

export function statusPage(facts: StatusFacts, language: Language): string {
  const t = TEXT[language];
  const notices = [
    facts.simulator && t.simulator,
    facts.credentials === 'none' && t.none,
    facts.credentials === 'pat' && t.pat,
    facts.sessionNames === 'raw' && t.raw,
    facts.weakNameSeen && t.weak,
  ].filter((notice) => notice !== false);
  const rows: [string, string | undefined][] = [
    [t.app, facts.clientId],
    [t.region, facts.simulator ? t.simulated : facts.region],
    [t.api, facts.apiBase],
    [t.proxy, facts.proxyUrl],
    [t.installs, String(facts.installs)],
  ];
  return page({
    language,
    title: t.title,
    body: `
      <p class="state">${t.running} · ${escapeHtml(facts.version)}</p>
      ${notices.map((notice) => `<p class="notice" role="note">${notice}</p>`).join('')}
      <h2>${t.next}</h2>
      ${facts.loopbackOnly ? ways(t) : `<p class="hint">${t.installLink}</p>`}
      <dl>${rows.map(([name, value]) => (value === undefined ? '' : `<dt>${name}</dt><dd>${escapeHtml(value)}</dd>`)).join('')}</dl>
      <h2>${t.sessions}</h2>
      ${sessionTable(facts.sessions, language)}`,
  });
}

/** Elsewhere every caller has to be paired: the chat could not talk, and the script would be refused. */
function ways(t: (typeof TEXT)[Language]): string {
  return `<a class="button primary" href="/chat">${t.tryChat}</a><p class="hint">${t.tryChatHint}</p>
      <a class="button" href="/coze-chat.user.js">${t.install}</a><p class="hint">${t.installHint}</p>`;
}

function sessionTable(sessions: StatusFacts['sessions'], language: Language): string {
  const t = TEXT[language];
  if (sessions.length === 0) return `<p class="hint">${t.noSessions}</p>`;
  const minutes = (ms: number): string => t.minutes(Math.max(0, Math.round(ms / 60_000)));
  const rows = sessions.map(
    ({ hint, issuedAt, expiresAt }) =>
      `<tr><td><code>${escapeHtml(hint)}…</code></td><td>${minutes(Date.now() - issuedAt)}</td><td>${minutes(expiresAt - Date.now())}</td></tr>`,
  );
  return `<table><thead><tr><th>${t.session}</th><th>${t.age}</th><th>${t.left}</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

export function formPage(language: Language): string {
  const t = TEXT[language];
  return page({
    language,
    title: t.formTitle,
    body: `<p>${t.formHint}</p>
      <form action="/callback" method="get">
        <label for="name">${t.name}</label>
        <input id="name" name="session_name" required maxlength="200" autocomplete="off">
        <button class="button primary">${t.submit}</button>
      </form>`,
  });
}

export function callbackPage(
  result: { kind: 'pat' } | { kind: 'ready'; name: string | undefined; expiresAt: number | null },
  language: Language,
): string {
  const t = TEXT[language];
  const back = `<p><a href="/">${t.back}</a></p>`;
  if (result.kind === 'pat')
    return page({ language, title: t.patTitle, body: `<p>${t.patBody}</p>${back}` });
  const expires = result.expiresAt === null ? '' : new Date(result.expiresAt * 1000).toISOString();
  return page({
    language,
    title: t.readyTitle,
    body: `<p>${t.ready}</p><dl><dt>${t.name}</dt><dd>${escapeHtml(result.name ?? '–')}</dd><dt>${t.expires}</dt><dd>${expires}</dd></dl>${back}`,
  });
}

/** The chat itself is drawn by /chat.js, which finds its settings in the meta element. */
export function chatPage(settings: Record<string, unknown>, language: Language): string {
  const t = TEXT[language];
  return page({
    language,
    title: t.chatTitle,
    head: `<meta name="zcbot-chat" content="${escapeHtml(JSON.stringify(settings))}"><script type="module" src="/chat.js"></script>`,
    body: `<p class="hint"><a href="/">${t.back}</a></p><div id="chat"></div><noscript>${t.noScript}</noscript>`,
  });
}
