/** Starts the Coze gateway, whole or in parts. It needs no database and no console. */
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { createTokenSource } from '@zcbot/coze/token-source';
import { startBroker } from './broker/broker-server.ts';
import { createBrokerRoutes } from './broker/broker-routes.ts';
import { findCredentials, type FoundCredentials } from './coze-credentials.ts';
import type { GatewaySettings } from './config/settings.ts';
import { createAudit } from './identity/audit.ts';
import { createCallers } from './identity/caller.ts';
import { createCozeAccess } from './identity/coze-access.ts';
import { sessionSecret } from './identity/gateway-secret.ts';
import { createPairing } from './identity/pairing.ts';
import { createInstallLinks } from './install-links.ts';
import type { StatusFacts } from './pages/pages.ts';
import { startProxy } from './proxy/proxy-server.ts';
import { userscriptBuild } from './userscript-build.ts';

const USERSCRIPT_DIRECTORY = fileURLToPath(new URL('../../userscript/dist', import.meta.url));
const LOOPBACK_HOSTS = new Set(['127.0.0.1', 'localhost', '::1']);

export interface RunningGateway {
  /** Undefined for a part that was not asked for. */
  proxyUrl: string | undefined;
  brokerUrl: string | undefined;
  /** What the operator should know, such as a key file that others can read; in both languages. */
  warnings: { zh: string; en: string }[];
  stop(): Promise<void>;
}

/**
 * @throws ConfigurationError
 * @throws Error with code EADDRINUSE when a port is taken
 */
export async function startGateway(options: {
  settings: GatewaySettings;
  /** Where relative paths in the settings start. */
  root: string;
  version: string;
  /** Default is both. */
  parts?: { proxy: boolean; broker: boolean };
  /** Used in place of what the settings name. */
  credentials?: FoundCredentials;
  /** The API base is the simulator's; every page says so. */
  simulator?: boolean;
  userscriptDirectory?: string;
  onFailure?: (error: unknown) => void;
}): Promise<RunningGateway> {
  const { settings, version } = options;
  const parts = options.parts ?? { proxy: true, broker: true };
  const found = options.credentials ?? (await findCredentials(settings, options.root));
  const tokens = found && createTokenSource({ credentials: found.credentials });
  const loopbackOnly = LOOPBACK_HOSTS.has(settings.host);
  const pairing = createPairing(settings);
  const audit = createAudit(settings.dataDirectory);
  const callers = createCallers({
    pairing,
    secret: sessionSecret(settings.dataDirectory),
    mode: settings.sessionNames,
    loopbackOnly,
  });
  const failure = options.onFailure ? { onFailure: options.onFailure } : {};

  const proxy = parts.proxy
    ? await startProxy({
        settings,
        ...(tokens ? { coze: createCozeAccess({ tokens, callers, audit }) } : {}),
        describe: () => ({
          version,
          coze: tokens?.kind ?? 'none',
          simulator: options.simulator ?? false,
        }),
        ...failure,
      })
    : undefined;
  const proxyUrl = proxy?.url ?? `http://127.0.0.1:${settings.proxyPort}`;

  let weakNameSeen = false;
  const facts = (): StatusFacts => ({
    version,
    credentials: tokens?.kind ?? 'none',
    ...(found?.credentials.kind === 'jwt' ? { clientId: found.credentials.clientId } : {}),
    ...(found ? { region: found.credentials.region, apiBase: found.credentials.apiBase } : {}),
    simulator: options.simulator ?? false,
    sessionNames: settings.sessionNames,
    proxyUrl,
    loopbackOnly,
    installs: pairing.installs().length,
    weakNameSeen,
    ...(settings.botId === undefined ? {} : { botId: settings.botId }),
    sessions: (tokens?.cachedTokens() ?? []).map(({ sessionName, issuedAt, expiresAt }) => ({
      hint: sessionName === null ? '–' : sessionHint(sessionName, settings.sessionNames),
      issuedAt: issuedAt * 1000,
      expiresAt: expiresAt * 1000,
    })),
  });

  let brokerUrl = '';
  const build = userscriptBuild(options.userscriptDirectory ?? USERSCRIPT_DIRECTORY);
  const bot = settings.botId === undefined ? {} : { botId: settings.botId };
  const mode = tokens?.kind ?? 'jwt';
  const links = createInstallLinks(settings.dataDirectory);
  const routes = createBrokerRoutes({
    tokens,
    callers,
    pairing,
    audit,
    userscript(code, host) {
      const region = found?.credentials.region ?? 'cn';
      // Elsewhere the address that this machine listens on, such as 0.0.0.0, leads nowhere.
      const seen = (url: string): string => (loopbackOnly ? url : withHost(url, host));
      const urls = { brokerUrl: seen(brokerUrl), proxyUrl: seen(proxyUrl) };
      return build.script({ ...urls, ...bot, mode, region, version }, code);
    },
    chatScript: build.chat,
    chatSettings: { proxyUrl, ...bot, mode, simulator: options.simulator ?? false, version },
    facts,
    installLinks: { required: !loopbackOnly, take: links.take },
    onWeakName: () => (weakNameSeen = true),
  });
  try {
    const broker = parts.broker ? await startBroker({ settings, routes, ...failure }) : undefined;
    brokerUrl = broker?.url ?? '';
    return {
      proxyUrl: proxy?.url,
      brokerUrl: broker?.url,
      warnings: (found?.warnings ?? []).map((warning) => warning.message),
      async stop() {
        tokens?.close();
        await Promise.all([proxy?.stop(), broker?.stop()]);
      },
    };
  } catch (error) {
    tokens?.close();
    await proxy?.stop();
    throw error;
  }
}

function withHost(url: string, host: string): string {
  const changed = new URL(url);
  changed.hostname = new URL(`http://${host}`).hostname;
  return changed.origin;
}

/** Tells sessions apart on the start page, and finds a derived one in the audit log. */
function sessionHint(name: string, mode: 'derived' | 'raw'): string {
  // A raw name opens its history; every program on this machine can read the page.
  const shown = mode === 'raw' ? createHash('sha256').update(name).digest('base64url') : name;
  return shown.slice(0, 12);
}
