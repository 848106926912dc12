/** What to do about each kind of failure, for the person in front of it. */
import type { Bilingual } from '../credentials/credentials.ts';
import type { CozeErrorKind } from './coze-error.ts';

const REMEDIES: Record<CozeErrorKind, Bilingual> = {
  bad_request: {
    en: 'Coze did not accept the request. Check the bot id and its settings; the support id helps Coze’s support.',
    zh: '扣子不接受该请求。请检查智能体 ID 及其设置；可将支持 ID 提供给扣子客服。',
  },
  not_found: {
    en: 'It does not exist, or belongs to another session. Check the bot id, or start a new conversation.',
    zh: '该对象不存在，或属于其他会话。请检查智能体 ID，或新建对话。',
  },
  conversation_busy: {
    en: 'The previous answer of this conversation is still being written. Wait for it, or stop it.',
    zh: '该对话的上一个回答仍在生成。请等待完成，或先停止它。',
  },
  bot_not_published: {
    en: 'The bot is not published to this channel. In Coze, publish it with “Chat SDK” and “API” ticked.',
    zh: '智能体未发布到该渠道。请在扣子中发布，并勾选“Chat SDK”和“API”。',
  },
  quota_exhausted: {
    en: 'The Coze account has used up its quota or credits. Its owner can see and raise them in Coze’s billing page.',
    zh: '扣子账号的额度或资源点已用完。账号所有者可在扣子的费用页面查看和购买。',
  },
  rate_limited: {
    en: 'Too many requests at the moment. Try again in a little while.',
    zh: '当前请求过多，请稍后再试。',
  },
  unauthorized: {
    en: 'Coze refuses the access token: it has expired, was revoked, or belongs to the other site (coze.cn and coze.com are separate).',
    zh: '扣子拒绝了访问令牌：已过期、已撤销，或属于另一站点（coze.cn 与 coze.com 互不相通）。',
  },
  forbidden: {
    en: 'The token lacks a permission. In the OAuth app’s settings allow chat, bot information, conversations, messages and files, and authorise the workspace of the bot.',
    zh: '令牌缺少权限。请在 OAuth 应用设置中勾选对话、智能体信息、会话、消息和文件权限，并授权智能体所在的空间。',
  },
  invalid_client: {
    en: 'Coze does not accept the app’s signature. Check that client_id, public_key_id and private_key belong together, that the key was not deleted, and that this machine’s clock is right.',
    zh: '扣子不接受应用签名。请确认 client_id、public_key_id 与 private_key 相互对应、密钥未被删除，且本机时钟准确。',
  },
  access_denied: {
    en: 'The OAuth app is deactivated or not a service app. Its owner can see that in Coze’s OAuth page.',
    zh: 'OAuth 应用已停用或不是服务类应用。所有者可在扣子的 OAuth 页面查看。',
  },
  content_refused: {
    en: 'Coze refused the content. Phrase the question differently.',
    zh: '扣子因内容原因拒绝回答，请换一种问法。',
  },
  too_long: {
    en: 'The question is too long. Shorten it, or start a new conversation.',
    zh: '问题过长。请缩短内容，或新建对话。',
  },
  upload_refused: {
    en: 'Coze did not take the file: it is empty, too big, or of a type it does not know.',
    zh: '扣子未接受该文件：文件为空、过大，或类型不受支持。',
  },
  not_cancelable: { en: 'The answer had already ended.', zh: '回答已经结束。' },
  upstream_failed: {
    en: 'Coze has trouble at the moment. Try again in a little while.',
    zh: '扣子服务暂时异常，请稍后再试。',
  },
  network: {
    en: 'Coze cannot be reached. Check the network, DNS and any proxy of this machine.',
    zh: '无法连接扣子。请检查本机网络、DNS 和代理设置。',
  },
  timeout: {
    en: 'Coze did not answer in time. Try again; if it goes on, check the network.',
    zh: '扣子未及时响应。请重试；若持续出现，请检查网络。',
  },
  stream_cut: {
    en: 'The connection broke off in the middle of the answer. Ask again to continue.',
    zh: '回答过程中连接中断。请重新提问以继续。',
  },
  unexpected_answer: {
    en: 'What answered is not Coze. Check COZE_API_BASE, and whether a proxy or login page stands in between.',
    zh: '应答方不是扣子。请检查 COZE_API_BASE，以及中间是否有代理或登录页面。',
  },
  closed: { en: 'The gateway is shutting down.', zh: '网关正在关闭。' },
};

export function remedyFor(kind: CozeErrorKind): Bilingual {
  return REMEDIES[kind];
}
