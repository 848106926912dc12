/** Every setting of the Coze gateway. The table in docs/operations.md is generated from here. */
import { both, defineSettings, integer, list, port, type Parsed } from '@zcbot/config';
import { z } from 'zod';

/** Stands for every http(s) origin on this machine in COZE_ALLOWED_ORIGINS. */
export const LOOPBACK = 'loopback';

const origins = list.superRefine((values, context) => {
  for (const value of values) {
    if (value === LOOPBACK) continue;
    const known = URL.canParse(value) ? new URL(value) : undefined;
    if (known?.origin === value && /^https?:$/.test(known.protocol)) continue;
    const message = both(
      `must hold origins such as https://www.coze.cn, or the word ${LOOPBACK}; found ${JSON.stringify(value)}`,
      `应为 https://www.coze.cn 这样的 origin，或 ${LOOPBACK} 一词；现有 ${JSON.stringify(value)}`,
    );
    context.addIssue({ code: 'custom', message });
  }
});

const hosts = list.superRefine((values, context) => {
  for (const value of values) {
    if (/^(\*\.)?([a-z0-9-]+\.)*[a-z0-9-]+$/i.test(value)) continue;
    const message = both(
      `must hold host names such as cdn.example.com or *.example.com; found ${JSON.stringify(value)}`,
      `应为 cdn.example.com 或 *.example.com 这样的主机名；现有 ${JSON.stringify(value)}`,
    );
    context.addIssue({ code: 'custom', message });
  }
});

const hostPorts = list.superRefine((values, context) => {
  for (const value of values) {
    if (/^(\[[0-9a-f:.]+\]|[a-z0-9.-]+):\d{1,5}$/i.test(value)) continue;
    const message = both(
      `must hold host:port pairs such as 10.0.0.5:8443; found ${JSON.stringify(value)}`,
      `应为 10.0.0.5:8443 这样的 host:port；现有 ${JSON.stringify(value)}`,
    );
    context.addIssue({ code: 'custom', message });
  }
});

const apiBase = z
  .string()
  .optional()
  .refine((value) => value === undefined || isBase(value), {
    message: both(
      'must be an https address such as https://api.coze.cn (http only on loopback), without a path',
      '必须是 https://api.coze.cn 这样的 https 地址（只有本机回环地址可用 http），不带路径',
    ),
  });

function isBase(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname, pathname, search, hash, username } = new URL(value);
  const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
  const plain = pathname === '/' && search === '' && hash === '' && username === '';
  return plain && (protocol === 'https:' || (protocol === 'http:' && loopback));
}

export const gatewaySettings = defineSettings({
  oauthConfig: {
    name: 'COZE_OAUTH_CONFIG',
    doc: 'The OAuth app’s configuration file as downloaded from Coze. Unset: ./coze_oauth_config.json, then ./JWTOauth/coze_oauth_config.json.',
    docZh:
      '从扣子下载的 OAuth 应用配置文件。不设置时依次查找 ./coze_oauth_config.json 和 ./JWTOauth/coze_oauth_config.json。',
    schema: z.string().optional(),
  },
  personalAccessToken: {
    name: 'COZE_PAT',
    doc: 'A personal access token, used when there is no OAuth configuration. It never leaves the gateway; Coze does not separate sessions under it.',
    docZh: '个人访问令牌，没有 OAuth 配置时使用。令牌不会离开网关；扣子在这种方式下不区分会话。',
    schema: z.string().optional(),
    secret: true,
  },
  patForced: {
    name: 'COZE_PAT_FORCE',
    doc: 'yes: use COZE_PAT although COZE_GATEWAY_HOST is not loopback. Every paired install then acts as the token’s owner, and all share one chat history.',
    docZh:
      'yes：即使 COZE_GATEWAY_HOST 不是本机回环地址，也使用 COZE_PAT。此时每个已配对的安装都以令牌所有者的身份操作，并共享同一份聊天记录。',
    schema: z
      .enum(['yes', 'no'], both('must be yes or no', '必须是 yes 或 no'))
      .transform((value) => value === 'yes'),
    default: 'no',
  },
  botId: {
    name: 'COZE_BOT_ID',
    doc: 'The bot that the pages and the userscript talk to unless they name another.',
    docZh: '页面和用户脚本默认对话的智能体。',
    schema: z
      .string()
      .regex(
        /^\d{5,25}$/,
        both('must be the number from the bot’s address', '必须是智能体网址中的那串数字'),
      )
      .optional(),
  },
  apiBase: {
    name: 'COZE_API_BASE',
    doc: 'Address of Coze’s API. Unset: what the OAuth configuration says, else https://api.coze.cn.',
    docZh: '扣子 API 的地址。不设置时取 OAuth 配置中的地址，再没有则为 https://api.coze.cn。',
    schema: apiBase,
  },
  proxyPort: {
    name: 'COZE_PROXY_PORT',
    doc: 'Port of the CORS proxy.',
    docZh: 'CORS 代理的端口。',
    schema: port,
    default: '8080',
  },
  authPort: {
    name: 'COZE_AUTH_PORT',
    doc: 'Port of the token broker.',
    docZh: '令牌服务的端口。',
    schema: port,
    default: '8081',
  },
  host: {
    name: 'COZE_GATEWAY_HOST',
    doc: 'Address that proxy and broker listen on. Anything but loopback needs pairing; see docs/coze/security.md.',
    docZh:
      '代理和令牌服务监听的地址。只要不是本机回环地址，就必须配对后才能使用，见 docs/coze/security.zh-CN.md。',
    schema: z.string(),
    default: '127.0.0.1',
  },
  allowedOrigins: {
    name: 'COZE_ALLOWED_ORIGINS',
    doc: `Origins whose pages may call proxy and broker, separated by commas; ${LOOPBACK} stands for every page on this machine.`,
    docZh: '允许调用代理和令牌服务的页面来源，用逗号分隔；loopback 表示本机上的所有页面。',
    schema: origins,
    default: `https://www.coze.cn,https://coze.cn,https://www.coze.com,https://coze.com,${LOOPBACK}`,
  },
  sessionNames: {
    name: 'COZE_SESSION_NAMES',
    doc: 'derived: the name sent to Coze is computed from a secret and the caller. raw: the caller’s name as it is, as the predecessor did.',
    docZh:
      'derived：发给扣子的会话名由密钥和调用者计算得出；raw：原样使用调用者给的会话名，与旧版项目相同。',
    schema: z.enum(['derived', 'raw'], both('must be derived or raw', '必须是 derived 或 raw')),
    default: 'derived',
  },
  allowedHosts: {
    name: 'COZE_ALLOWED_HOSTS',
    doc: 'Hosts that the proxy may reach besides Coze’s own, separated by commas; *.example.com covers subdomains.',
    docZh: '除扣子自己的域名外，代理还可以访问的主机，用逗号分隔；*.example.com 表示所有子域名。',
    schema: hosts,
  },
  allowedPrivate: {
    name: 'COZE_ALLOWED_PRIVATE',
    doc: 'host:port pairs that the proxy may reach although they are private or on another port, separated by commas.',
    docZh: '代理可以访问的内网地址或其他端口，写成 host:port，用逗号分隔。',
    schema: hostPorts,
  },
  dataDirectory: {
    name: 'ZCBOT_DATA_DIR',
    doc: 'Folder for the secret behind session names, the paired installs and the audit log. Relative to the project root.',
    docZh: '存放会话名密钥、已配对的安装和审计日志的目录，相对于项目根目录。',
    schema: z.string(),
    default: './data',
  },
  rateLimit: {
    name: 'COZE_PROXY_RATE_LIMIT',
    doc: 'Requests per client and minute.',
    docZh: '每个客户端每分钟的请求数。',
    schema: integer({ min: 1, max: 1_000_000, unit: { en: 'requests', zh: '个请求' } }),
    default: '600',
  },
  maxBodyBytes: {
    name: 'COZE_PROXY_MAX_BODY',
    doc: 'Largest upload in bytes.',
    docZh: '上传内容的最大字节数。',
    schema: integer({ min: 1024, max: 1_073_741_824, unit: { en: 'bytes', zh: '字节' } }),
    default: '10485760',
  },
  maxConcurrency: {
    name: 'COZE_PROXY_MAX_CONCURRENCY',
    doc: 'Requests that one client may have open at a time.',
    docZh: '每个客户端可以同时进行的请求数。',
    schema: integer({ min: 1, max: 100_000, unit: { en: 'requests', zh: '个请求' } }),
    default: '100',
  },
});

export type GatewaySettings = Parsed<typeof gatewaySettings>;
