/** One real exchange with Coze: the signature, the app, the clock and the network together. */
import { createCozeClient } from '@zcbot/coze/client';
import type { Credentials, JwtCredentials, PatCredentials } from '@zcbot/coze/credentials';
import { CozeError } from '@zcbot/coze/errors';
import { createTokenSource } from '@zcbot/coze/token-source';
import { askForToken } from '../broker-token.ts';
import { finding, type Check, type Finding } from '../check.ts';
import { failure } from '../coze-failure.ts';
import { NO_COZE, OFF_LOOPBACK } from '../not-checked.ts';
import { randomName } from '../random-name.ts';
import type { Surroundings } from '../surroundings.ts';

const BUDGET_MS = 4_500;

export const token: Check = {
  id: 'token',
  what: { en: 'Token', zh: '令牌' },
  async run(surroundings, signal) {
    const found = await surroundings.credentials();
    if (found?.credentials) return [await withOwn(found.credentials, surroundings, signal)];
    const broker = await surroundings.broker();
    if (found || !broker || (await surroundings.apiBase()) === null) return [NO_COZE];
    if (!broker.loopbackOnly) return [OFF_LOOPBACK];
    const answer = await askForToken(surroundings.brokerUrl, randomName(), signal);
    if ('refusal' in answer) {
      return [finding('fail', { en: answer.refusal, zh: answer.refusal })];
    }
    return [
      finding('ok', {
        en: 'the gateway got one from the SIMULATOR',
        zh: '网关已从【模拟器】取得令牌',
      }),
    ];
  },
};

async function withOwn(
  credentials: Credentials,
  surroundings: Surroundings,
  signal: AbortSignal,
): Promise<Finding> {
  try {
    return credentials.kind === 'jwt'
      ? await exchange(credentials, await surroundings.simulated(), signal)
      : await presentPat(credentials, surroundings.gateway.botId, signal);
  } catch (error) {
    return failure(error);
  }
}

async function exchange(
  credentials: JwtCredentials,
  simulated: boolean,
  signal: AbortSignal,
): Promise<Finding> {
  const tokens = createTokenSource({ credentials, budgetMs: BUDGET_MS, headMs: BUDGET_MS });
  try {
    const { ttlSeconds } = await tokens.get({ sessionName: randomName(), signal });
    const minutes = Math.round((ttlSeconds ?? 0) / 60);
    return finding('ok', {
      en: `${simulated ? 'the SIMULATOR' : 'Coze'} gave one, valid for ${minutes} minutes`,
      zh: `${simulated ? '【模拟器】' : '扣子'}已签发，有效期 ${minutes} 分钟`,
    });
  } finally {
    tokens.close();
  }
}

/** Any call shows whether Coze accepts it; what it says about the bot is another matter. */
async function presentPat(
  credentials: PatCredentials,
  botId: string | undefined,
  signal: AbortSignal,
): Promise<Finding> {
  const tokens = createTokenSource({ credentials });
  const timeouts = { headMs: BUDGET_MS, bodyMs: BUDGET_MS };
  const session = createCozeClient({ tokens, timeouts }).session();
  try {
    await session.bot(botId ?? '0', { signal });
  } catch (error) {
    const answered = error instanceof CozeError && ABOUT_THE_BOT.has(error.kind);
    if (!answered) throw error;
    if (botId !== undefined) return failure(error);
  }
  return finding('ok', {
    en: 'Coze accepts the personal access token',
    zh: '扣子接受该个人访问令牌',
  });
}

const ABOUT_THE_BOT = new Set<CozeError['kind']>([
  'bad_request',
  'not_found',
  'forbidden',
  'bot_not_published',
]);
