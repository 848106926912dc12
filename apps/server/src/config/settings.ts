/** Every setting of the console server. The table in docs/operations.md is generated from here. */
import { join } from 'node:path';
import {
  both,
  defineSettings,
  integer,
  list,
  parseSettings,
  port,
  secret,
  weakSecret,
  type Parsed,
  type Text,
} from '@zcbot/config';
import { isLoopbackOrigin, parseOrigin } from '@zcbot/protocol/embed';
import { z } from 'zod';
import type { DatabaseLocation } from '../database/database.ts';
import { parseAddressRange } from '../http/client-address.ts';

const origin = z.string().superRefine((value, context) => {
  const message = originFault(value);
  if (message) context.addIssue({ code: 'custom', message });
});

/** What is wrong with a parent origin, or null. */
function originFault(value: string): string | null {
  const found = JSON.stringify(value);
  if ('fault' in parseOrigin(value)) {
    return both(
      `must be an origin such as https://portal.example.com (scheme, host and port only); found ${found}`,
      `必须是 https://portal.example.com 这样的 origin（只有协议、主机和端口），现为 ${found}`,
    );
  }
  // CSP's host-source grammar has no IPv6 literals, so frame-ancestors would never match one.
  // https://www.w3.org/TR/CSP3/#grammardef-host-source
  if (value.includes('[')) {
    return both(
      `${found} is an IPv6 literal, which frame-ancestors never matches; use a host name`,
      `${found} 是 IPv6 字面地址，frame-ancestors 永远不会匹配；请使用主机名`,
    );
  }
  if (value.startsWith('http:') && !isLoopbackOrigin(value)) {
    return both(
      `${found} must use https (http only on loopback)`,
      `${found} 必须使用 https（只有本机回环地址可用 http）`,
    );
  }
  return null;
}

const origins = list.superRefine((values, context) => {
  for (const value of values) {
    const message = originFault(value);
    if (message) context.addIssue({ code: 'custom', message });
  }
});

const addressRanges = list.superRefine((values, context) => {
  for (const value of values) {
    const message = addressRangeFault(value);
    if (message) context.addIssue({ code: 'custom', message });
  }
});

function addressRangeFault(value: string): string | null {
  const found = JSON.stringify(value);
  const range = parseAddressRange(value);
  if (range === null) {
    return both(
      `${found} is not an address or CIDR range; write such as 127.0.0.1, 10.0.0.0/8 or fd00::/8 (no host names)`,
      `${found} 不是地址或 CIDR 网段；请写成 127.0.0.1、10.0.0.0/8 或 fd00::/8 的样子（不能用主机名）`,
    );
  }
  if (range.prefixBits === 0) {
    return both(
      `${found} would believe everybody; name the addresses of your proxies only`,
      `${found} 等于相信所有人；请只写反向代理自己的地址`,
    );
  }
  return null;
}

const previousSecret = z
  .string()
  .optional()
  .superRefine((value, context) => {
    const weakness = value === undefined ? null : weakSecret(value);
    if (weakness) context.addIssue({ code: 'custom', message: weakness });
  });

export const serverSettings = defineSettings({
  platformKey: {
    name: 'PLATFORM_KEY',
    doc: 'Key shared with the backend of the embedding platform; it exchanges it for user tokens. Required, at least 32 characters.',
    docZh: '与嵌入方平台后端共享的密钥，后端用它换取用户令牌。必填，至少 32 个字符。',
    schema: secret,
    secret: true,
  },
  platformKeyPrevious: {
    name: 'PLATFORM_KEY_PREVIOUS',
    doc: 'The platform key before the last rotation, still accepted. Remove it once every backend has the new one.',
    docZh: '上一次轮换之前的平台密钥，仍被接受。所有后端都换成新密钥后请删除。',
    schema: previousSecret,
    secret: true,
  },
  jwtSecret: {
    name: 'JWT_SECRET',
    doc: 'Signs the user tokens (HS256). Required, at least 32 characters, different from PLATFORM_KEY.',
    docZh: '用来签发用户令牌（HS256）。必填，至少 32 个字符，且不能与 PLATFORM_KEY 相同。',
    schema: secret,
    secret: true,
  },
  jwtSecretPrevious: {
    name: 'JWT_SECRET_PREVIOUS',
    doc: 'The secret before the last rotation; tokens signed with it stay valid until they expire.',
    docZh: '上一次轮换之前的签名密钥；用它签发的令牌在过期之前一直有效。',
    schema: previousSecret,
    secret: true,
  },
  tokenTtlSeconds: {
    name: 'ZCBOT_JWT_TTL_SECONDS',
    doc: 'Lifetime of a user token in seconds, from 1 to 2592000 (30 days).',
    docZh: '用户令牌的有效期，单位为秒，从 1 到 2592000（30 天）。',
    schema: integer({ min: 1, max: 2_592_000, unit: { en: 'seconds', zh: '秒' } }),
    default: '604800',
  },
  host: {
    name: 'ZCBOT_HOST',
    doc: 'Address to listen on. Keep 127.0.0.1 behind a reverse proxy on the same machine.',
    docZh: '监听的地址。反向代理在同一台机器上时请保持 127.0.0.1。',
    schema: z.string(),
    default: '127.0.0.1',
  },
  port: {
    name: 'ZCBOT_PORT',
    doc: 'Port of the console.',
    docZh: '控制台的端口。',
    schema: port,
    default: '8765',
  },
  publicOrigin: {
    name: 'ZCBOT_PUBLIC_ORIGIN',
    doc: 'The console’s own origin as browsers see it, such as https://zcbot.example.com. Unset: http://<host>:<port>.',
    docZh:
      '浏览器看到的控制台自身的 origin，例如 https://zcbot.example.com。不设置则为 http://<主机>:<端口>。',
    schema: origin.optional(),
  },
  parentOrigins: {
    name: 'ZCBOT_PARENT_ORIGINS',
    doc: 'Origins of the platforms that may embed the console, separated by commas; https, or http on loopback. IPv6 literals are refused.',
    docZh:
      '允许嵌入控制台的平台的 origin，用逗号分隔；必须是 https，本机回环地址可用 http。不接受 IPv6 字面地址。',
    schema: origins,
  },
  corsOrigins: {
    name: 'ZCBOT_CORS_ORIGINS',
    doc: 'Origins whose pages may call the API directly with a bearer token, separated by commas. Normally none: the embedded console calls its own origin.',
    docZh:
      '哪些 origin 的页面可以带令牌直接调用接口，用逗号分隔。通常不需要：嵌入的控制台只调用自己的 origin。',
    schema: origins,
  },
  trustedProxies: {
    name: 'ZCBOT_TRUSTED_PROXIES',
    doc: 'Addresses or CIDR ranges of reverse proxies whose X-Forwarded-For is believed, separated by commas.',
    docZh: '可信的反向代理的地址或 CIDR 网段，用逗号分隔；只采信它们的 X-Forwarded-For。',
    schema: addressRanges,
  },
  dataDirectory: {
    name: 'ZCBOT_DATA_DIR',
    doc: 'Folder for the SQLite database and generated secrets. Relative to the project root.',
    docZh: '存放 SQLite 数据库和自动生成的密钥的目录。相对路径从项目根目录算起。',
    schema: z.string(),
    default: './data',
  },
  databaseUrl: {
    name: 'DATABASE_URL',
    doc: 'postgres:// address of a PostgreSQL database, when one machine is not enough. Unset: SQLite in the data folder.',
    docZh:
      'PostgreSQL 数据库的 postgres:// 地址，一台机器不够用时使用。不设置则使用数据目录中的 SQLite。',
    schema: z
      .string()
      .regex(
        /^postgres(ql)?:\/\//,
        both(
          'must start with postgres:// or postgresql://',
          '必须以 postgres:// 或 postgresql:// 开头',
        ),
      )
      .optional(),
    secret: true,
  },
});

export type ServerSettings = Parsed<typeof serverSettings>;

/** @throws ConfigurationError naming every fault at once. */
export function parseServerSettings(
  environment: Record<string, string | undefined>,
): ServerSettings {
  return parseSettings(serverSettings, environment, sharedSecrets);
}

/** Whoever has the platform key could sign tokens of any user with it, if it were the JWT secret. */
function sharedSecrets(values: Partial<ServerSettings>): Text[] {
  const platformKeys = [values.platformKey, values.platformKeyPrevious];
  return (['jwtSecret', 'jwtSecretPrevious'] as const)
    .filter((key) => values[key] !== undefined && platformKeys.includes(values[key]))
    .map((key) => ({
      en: `${serverSettings[key].name}: must differ from PLATFORM_KEY and PLATFORM_KEY_PREVIOUS; make another one with: openssl rand -base64 32`,
      zh: `${serverSettings[key].name}：必须与 PLATFORM_KEY 和 PLATFORM_KEY_PREVIOUS 不同；可用 openssl rand -base64 32 另行生成`,
    }));
}

/** What is needed to open the database. */
export type StorageSettings = Pick<ServerSettings, 'dataDirectory' | 'databaseUrl'>;

export function databaseLocation(settings: StorageSettings): DatabaseLocation {
  return settings.databaseUrl === undefined
    ? { kind: 'sqlite', path: join(settings.dataDirectory, 'zcbot.sqlite') }
    : { kind: 'postgres', url: settings.databaseUrl };
}
