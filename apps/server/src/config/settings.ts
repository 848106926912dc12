/** Every setting of the console server. The table in docs/operations.md is generated from here. */
import {
  defineSettings,
  integer,
  list,
  port,
  secret,
  weakSecret,
  type Parsed,
} from '@zcbot/config';
import { isLoopbackOrigin, parseOrigin } from '@zcbot/protocol/embed';
import { z } from 'zod';

const origin = z.string().superRefine((value, context) => {
  const message = originFault(value);
  if (message) context.addIssue({ code: 'custom', message });
});

/** What is wrong with a parent origin, or null. */
function originFault(value: string): string | null {
  const shape = `must be an origin such as https://portal.example.com (scheme, host and port only); found ${JSON.stringify(value)}`;
  if ('fault' in parseOrigin(value)) return shape;
  // CSP's host-source grammar has no IPv6 literals, so frame-ancestors would never match one.
  // https://www.w3.org/TR/CSP3/#grammardef-host-source
  if (value.includes('[')) {
    return `${JSON.stringify(value)} is an IPv6 literal, which frame-ancestors never matches; use a host name`;
  }
  if (value.startsWith('http:') && !isLoopbackOrigin(value)) {
    return `${JSON.stringify(value)} must use https (http only on loopback)`;
  }
  return null;
}

const origins = list.superRefine((values, context) => {
  for (const value of values) {
    const message = originFault(value);
    if (message) context.addIssue({ code: 'custom', message });
  }
});

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
    schema: secret,
    secret: true,
  },
  platformKeyPrevious: {
    name: 'PLATFORM_KEY_PREVIOUS',
    doc: 'The platform key before the last rotation, still accepted. Remove it once every backend has the new one.',
    schema: previousSecret,
    secret: true,
  },
  jwtSecret: {
    name: 'JWT_SECRET',
    doc: 'Signs the user tokens (HS256). Required, at least 32 characters, different from PLATFORM_KEY.',
    schema: secret,
    secret: true,
  },
  jwtSecretPrevious: {
    name: 'JWT_SECRET_PREVIOUS',
    doc: 'The secret before the last rotation; tokens signed with it stay valid until they expire.',
    schema: previousSecret,
    secret: true,
  },
  tokenTtlSeconds: {
    name: 'ZCBOT_JWT_TTL_SECONDS',
    doc: 'Lifetime of a user token in seconds, from 1 to 2592000 (30 days).',
    schema: integer({ min: 1, max: 2_592_000, unit: 'seconds' }),
    default: '604800',
  },
  host: {
    name: 'ZCBOT_HOST',
    doc: 'Address to listen on. Keep 127.0.0.1 behind a reverse proxy on the same machine.',
    schema: z.string(),
    default: '127.0.0.1',
  },
  port: {
    name: 'ZCBOT_PORT',
    doc: 'Port of the console.',
    schema: port,
    default: '8765',
  },
  publicOrigin: {
    name: 'ZCBOT_PUBLIC_ORIGIN',
    doc: 'The console’s own origin as browsers see it, such as https://zcbot.example.com. Unset: http://<host>:<port>.',
    schema: origin.optional(),
  },
  parentOrigins: {
    name: 'ZCBOT_PARENT_ORIGINS',
    doc: 'Origins of the platforms that may embed the console, separated by commas; https, or http on loopback. IPv6 literals are refused.',
    schema: origins,
  },
  corsOrigins: {
    name: 'ZCBOT_CORS_ORIGINS',
    doc: 'Origins whose pages may call the API directly with a bearer token, separated by commas. Normally none: the embedded console calls its own origin.',
    schema: origins,
  },
  trustedProxies: {
    name: 'ZCBOT_TRUSTED_PROXIES',
    doc: 'Addresses or CIDR ranges of reverse proxies whose X-Forwarded-For is believed, separated by commas.',
    schema: list,
  },
  dataDirectory: {
    name: 'ZCBOT_DATA_DIR',
    doc: 'Folder for the SQLite database and generated secrets. Relative to the project root.',
    schema: z.string(),
    default: './data',
  },
  databaseUrl: {
    name: 'DATABASE_URL',
    doc: 'postgres:// address of a PostgreSQL database, when one machine is not enough. Unset: SQLite in the data folder.',
    schema: z
      .string()
      .regex(/^postgres(ql)?:\/\//, 'must start with postgres:// or postgresql://')
      .optional(),
    secret: true,
  },
});

export type ServerSettings = Parsed<typeof serverSettings>;
