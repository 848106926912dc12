/** Every setting of the Coze gateway. The table in docs/operations.md is generated from here. */
import { defineSettings, integer, list, port, type Parsed } from '@zcbot/config';
import { z } from 'zod';

/** Stands for every http(s) origin on this machine in COZE_ALLOWED_ORIGINS. */
export const LOOPBACK = 'loopback';

const origins = list.superRefine((values, context) => {
  for (const value of values) {
    if (value === LOOPBACK) continue;
    const known = URL.canParse(value) ? new URL(value) : undefined;
    if (known?.origin === value && /^https?:$/.test(known.protocol)) continue;
    const message = `must hold origins such as https://www.coze.cn, or the word ${LOOPBACK}; found ${JSON.stringify(value)}`;
    context.addIssue({ code: 'custom', message });
  }
});

const hosts = list.superRefine((values, context) => {
  for (const value of values) {
    if (/^(\*\.)?([a-z0-9-]+\.)*[a-z0-9-]+$/i.test(value)) continue;
    const message = `must hold host names such as cdn.example.com or *.example.com; found ${JSON.stringify(value)}`;
    context.addIssue({ code: 'custom', message });
  }
});

const hostPorts = list.superRefine((values, context) => {
  for (const value of values) {
    if (/^(\[[0-9a-f:.]+\]|[a-z0-9.-]+):\d{1,5}$/i.test(value)) continue;
    const message = `must hold host:port pairs such as 10.0.0.5:8443; found ${JSON.stringify(value)}`;
    context.addIssue({ code: 'custom', message });
  }
});

const apiBase = z
  .string()
  .optional()
  .refine((value) => value === undefined || isBase(value), {
    message:
      'must be an https address such as https://api.coze.cn (http only on loopback), without a path',
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
    schema: z.string().optional(),
  },
  personalAccessToken: {
    name: 'COZE_PAT',
    doc: 'A personal access token, used when there is no OAuth configuration. It never leaves the gateway; Coze does not separate sessions under it.',
    schema: z.string().optional(),
    secret: true,
  },
  botId: {
    name: 'COZE_BOT_ID',
    doc: 'The bot that the pages and the userscript talk to unless they name another.',
    schema: z
      .string()
      .regex(/^\d{5,25}$/, 'must be the number from the bot’s address')
      .optional(),
  },
  apiBase: {
    name: 'COZE_API_BASE',
    doc: 'Address of Coze’s API. Unset: what the OAuth configuration says, else https://api.coze.cn.',
    schema: apiBase,
  },
  proxyPort: {
    name: 'COZE_PROXY_PORT',
    doc: 'Port of the CORS proxy.',
    schema: port,
    default: '8080',
  },
  authPort: {
    name: 'COZE_AUTH_PORT',
    doc: 'Port of the token broker.',
    schema: port,
    default: '8081',
  },
  host: {
    name: 'COZE_GATEWAY_HOST',
    doc: 'Address that proxy and broker listen on. Anything but loopback needs pairing; see docs/security.md.',
    schema: z.string(),
    default: '127.0.0.1',
  },
  allowedOrigins: {
    name: 'COZE_ALLOWED_ORIGINS',
    doc: `Origins whose pages may call proxy and broker, separated by commas; ${LOOPBACK} stands for every page on this machine.`,
    schema: origins,
    default: `https://www.coze.cn,https://coze.cn,https://www.coze.com,https://coze.com,${LOOPBACK}`,
  },
  sessionNames: {
    name: 'COZE_SESSION_NAMES',
    doc: 'derived: the name sent to Coze is computed from a secret and the caller. raw: the caller’s name as it is, as the predecessor did.',
    schema: z.enum(['derived', 'raw'], 'must be derived or raw'),
    default: 'derived',
  },
  allowedHosts: {
    name: 'COZE_ALLOWED_HOSTS',
    doc: 'Hosts that the proxy may reach besides Coze’s own, separated by commas; *.example.com covers subdomains.',
    schema: hosts,
  },
  allowedPrivate: {
    name: 'COZE_ALLOWED_PRIVATE',
    doc: 'host:port pairs that the proxy may reach although they are private or on another port, separated by commas.',
    schema: hostPorts,
  },
  rateLimit: {
    name: 'COZE_PROXY_RATE_LIMIT',
    doc: 'Requests per client and minute.',
    schema: integer({ min: 1, max: 1_000_000, unit: 'requests' }),
    default: '600',
  },
  maxBodyBytes: {
    name: 'COZE_PROXY_MAX_BODY',
    doc: 'Largest upload in bytes.',
    schema: integer({ min: 1024, max: 1_073_741_824, unit: 'bytes' }),
    default: '10485760',
  },
  maxConcurrency: {
    name: 'COZE_PROXY_MAX_CONCURRENCY',
    doc: 'Requests that one client may have open at a time.',
    schema: integer({ min: 1, max: 100_000, unit: 'requests' }),
    default: '100',
  },
});

export type GatewaySettings = Parsed<typeof gatewaySettings>;
