/** Two names must give two tokens, and two sessions that do not see each other's conversations. */
import { createCozeClient, type CozeSession } from '@zcbot/coze/client';
import type { Credentials } from '@zcbot/coze/credentials';
import { CozeError } from '@zcbot/coze/errors';
import { fixedToken } from '@zcbot/coze/fixed-token';
import { createTokenSource } from '@zcbot/coze/token-source';
import { askForToken } from '../broker-token.ts';
import { finding, type Check, type Finding } from '../check.ts';
import { failure } from '../coze-failure.ts';
import { NO_COZE, OFF_LOOPBACK } from '../not-checked.ts';
import { randomName } from '../random-name.ts';

const BUDGET_MS = 4_500;

export const sessions: Check = {
  id: 'sessions',
  what: { en: 'Sessions', zh: '会话隔离' },
  async run(surroundings, signal) {
    const [found, broker, apiBase] = await Promise.all([
      surroundings.credentials(),
      surroundings.broker(),
      surroundings.apiBase(),
    ]);
    if (apiBase === null) return [NO_COZE];
    if (found?.credentials?.kind === 'pat' || broker?.credentials === 'pat') return [NOT_SEPARATED];
    const viaBroker = broker?.apiBase === apiBase && broker.loopbackOnly;
    if (!viaBroker && !found?.credentials) return [OFF_LOOPBACK];
    try {
      const ask = viaBroker
        ? (name: string) => brokersToken(surroundings.brokerUrl, name, signal)
        : (name: string) => ownToken(found!.credentials!, name, signal);
      const botId = surroundings.gateway.botId ?? broker?.botId;
      return [await compare(ask, apiBase, botId, signal)];
    } catch (error) {
      if (error instanceof Refused) return [error.finding];
      return [failure(error)];
    }
  },
};

async function compare(
  ask: (name: string) => Promise<string>,
  apiBase: string,
  botId: string | undefined,
  signal: AbortSignal,
): Promise<Finding> {
  const [one, other] = await Promise.all([randomName(), randomName()].map(ask));
  if (one === undefined || other === undefined || one === other) return ONE_TOKEN;
  if (botId === undefined) {
    return finding(
      'ok',
      {
        en: 'two names, two tokens; without a bot their conversations were not compared',
        zh: '两个会话名，两个令牌；没有智能体，未比较聊天记录',
      },
      { en: 'set COZE_BOT_ID', zh: '请设置 COZE_BOT_ID' },
    );
  }
  const separate = await conversationsSeparate(
    sessionOf(apiBase, one),
    sessionOf(apiBase, other),
    botId,
    signal,
  );
  return separate
    ? finding('ok', {
        en: 'two names, two tokens; a conversation of one is hidden from the other',
        zh: '两个会话名，两个令牌；一方的对话另一方看不到',
      })
    : SHARED;
}

/** Makes one empty conversation, looks for it as the other session, and deletes it again. */
async function conversationsSeparate(
  owner: CozeSession,
  stranger: CozeSession,
  botId: string,
  signal: AbortSignal,
): Promise<boolean> {
  const { id } = await owner.createConversation({ botId, name: 'zcbot doctor' }, { signal });
  try {
    await stranger.retrieveConversation(id, { signal });
    return false;
  } catch (error) {
    if (error instanceof CozeError && HIDDEN.has(error.kind)) return true;
    throw error;
  } finally {
    await owner.deleteConversation(id).catch(() => {});
  }
}

const HIDDEN = new Set<CozeError['kind']>(['not_found', 'forbidden', 'bad_request']);

class Refused extends Error {
  readonly finding: Finding;
  constructor(refusal: string) {
    super(refusal);
    this.finding = finding('fail', { en: refusal, zh: refusal });
  }
}

/** As the userscript asks; so the broker's own derivation is tested too. */
async function brokersToken(brokerUrl: string, name: string, signal: AbortSignal): Promise<string> {
  const answer = await askForToken(brokerUrl, name, signal);
  if ('refusal' in answer) throw new Refused(answer.refusal);
  return answer.token;
}

async function ownToken(credentials: Credentials, name: string, signal: AbortSignal) {
  const tokens = createTokenSource({ credentials, budgetMs: BUDGET_MS, headMs: BUDGET_MS });
  try {
    return (await tokens.get({ sessionName: name, signal })).token;
  } finally {
    tokens.close();
  }
}

function sessionOf(apiBase: string, token: string): CozeSession {
  const timeouts = { headMs: BUDGET_MS, bodyMs: BUDGET_MS };
  return createCozeClient({ tokens: fixedToken(apiBase, () => token), timeouts }).session();
}

const NOT_SEPARATED = finding(
  'warn',
  {
    en: 'not separated: under a personal access token everybody shares one Coze account',
    zh: '没有隔离：使用个人访问令牌时所有人共用一个扣子账号',
  },
  { en: 'for several people use an OAuth JWT app', zh: '多人使用请改用 OAuth JWT 应用' },
);
const ONE_TOKEN = finding(
  'fail',
  { en: 'two names gave the same token', zh: '两个会话名得到了同一个令牌' },
  {
    en: 'stop the gateway: it mixes users up. Start it again, and report it if this stays',
    zh: '请停止网关：它混淆了用户。重新启动，若仍如此请提交问题',
  },
);
const SHARED = finding(
  'fail',
  {
    en: 'a conversation of one name can be read under the other',
    zh: '一个会话名的对话可以用另一个会话名读到',
  },
  {
    en: 'check in Coze that the app is a service app (client type “Service application”)',
    zh: '请在扣子中确认该应用是“服务类应用”',
  },
);
