/** What the checks look at: settings, credentials, and what runs on this machine. Asked for once. */
import type { Text } from '@zcbot/config';
import { checkPatListener, patCredentials, type Credentials } from '@zcbot/coze/credentials';
import type { Finding as CozeFinding } from '@zcbot/coze/credentials';
import { readOAuthConfig } from '@zcbot/coze/oauth-config';
import { gatewaySettings, type GatewaySettings } from '@zcbot/gateway/config';
import { oauthConfigFile } from '@zcbot/gateway/credentials';
import { serverSettings, type ServerSettings } from '@zcbot/server/config';
import type { Environment } from '../command.ts';
import { fromProjectRoot, PROJECT_ROOT } from '../config/environment.ts';
import { startSettings } from '../config/settings.ts';
import { isSimulator } from '../gateway/is-simulator.ts';
import { askCoze, type CozeAnswer } from './coze-answer.ts';
import { askBroker, askConsole, askProxy, type BrokerFacts, type ProxyFacts } from './listeners.ts';
import { readTolerantly } from './tolerant-settings.ts';

export interface FoundCredentials {
  /** Null for a personal access token. */
  file: string | null;
  /** Undefined when there are faults. */
  credentials: Credentials | undefined;
  faults: CozeFinding[];
  warnings: CozeFinding[];
}

export interface Surroundings {
  environment: Environment;
  /** Of `--embed`. */
  embedOrigin: string | undefined;
  gateway: GatewaySettings;
  server: ServerSettings;
  portalPort: number;
  /** Sentences naming a variable and what is wrong with it. */
  settingFaults: Text[];
  proxyUrl: string;
  brokerUrl: string;
  consoleUrl: string;
  /** Null: nothing is configured. */
  credentials(): Promise<FoundCredentials | null>;
  /** Null: it does not run, or something else does in its place. */
  proxy(): Promise<ProxyFacts | null>;
  broker(): Promise<BrokerFacts | null>;
  console(): Promise<boolean>;
  /** Where Coze, or the simulator that stands in, is; null when nobody says. Configured, not foreign. */
  apiBase(): Promise<string | null>;
  /** The simulator answers there. */
  simulated(): Promise<boolean>;
  /** What Coze answers to somebody without a token; null without an API base. */
  coze(): Promise<CozeAnswer | null>;
}

export function lookAround(
  environment: Environment,
  embedOrigin: string | undefined,
): Surroundings {
  const gateway = readTolerantly(gatewaySettings, environment);
  const server = readTolerantly(serverSettings, withoutMissingSecrets(environment));
  const start = readTolerantly(startSettings, environment);
  const settings: GatewaySettings = {
    ...gateway.values,
    dataDirectory: fromProjectRoot(gateway.values.dataDirectory),
  };
  const proxyUrl = localUrl(settings.host, settings.proxyPort);
  const brokerUrl = localUrl(settings.host, settings.authPort);
  const consoleUrl = localUrl(server.values.host, server.values.port);
  const credentials = once(() => findCredentials(settings));
  const broker = once(() => askBroker(brokerUrl));
  const apiBase = once(async () => {
    const own = await credentials();
    if (own) return own.credentials?.apiBase ?? null;
    const told = (await broker())?.apiBase;
    return told !== undefined && (await isSimulator(told)) ? told : null;
  });
  return {
    environment,
    embedOrigin,
    gateway: settings,
    server: server.values,
    portalPort: start.values.portalPort,
    // The two share ZCBOT_DATA_DIR.
    settingFaults: distinct([...gateway.faults, ...server.faults, ...start.faults]),
    proxyUrl,
    brokerUrl,
    consoleUrl,
    credentials,
    broker,
    proxy: once(() => askProxy(proxyUrl)),
    console: once(() => askConsole(consoleUrl)),
    apiBase,
    simulated: once(async () => isSimulator((await apiBase()) ?? '')),
    coze: once(async () => {
      const base = await apiBase();
      return base === null ? null : askCoze(base);
    }),
  };
}

function distinct(texts: readonly Text[]): Text[] {
  return [...new Map(texts.map((text) => [text.en, text])).values()];
}

/** As the gateway looks for them, but with every finding. */
async function findCredentials(settings: GatewaySettings): Promise<FoundCredentials | null> {
  const apiBase = settings.apiBase === undefined ? {} : { apiBase: settings.apiBase };
  const file = oauthConfigFile(settings, PROJECT_ROOT) ?? null;
  if (file !== null) return { file, ...outcome(await readOAuthConfig(file, apiBase)) };
  if (settings.personalAccessToken === undefined) return null;
  const result = outcome(patCredentials({ pat: settings.personalAccessToken, ...apiBase }));
  const exposed = checkPatListener({ host: settings.host });
  if (exposed === null) return { file, ...result };
  return settings.patForced
    ? { file, ...result, warnings: [...result.warnings, exposed.warning] }
    : { file, ...result, faults: [...result.faults, exposed.refusal] };
}

function outcome(
  result:
    | { ok: true; credentials: Credentials; warnings: CozeFinding[] }
    | { ok: false; faults: CozeFinding[] },
): Omit<FoundCredentials, 'file'> {
  return result.ok
    ? { credentials: result.credentials, warnings: result.warnings, faults: [] }
    : { credentials: undefined, warnings: [], faults: result.faults };
}

/** `npm start` makes what is missing, so only what is set can be at fault. */
function withoutMissingSecrets(environment: Environment): Environment {
  const standIn = (name: string) => environment[name] || `doctor:${name}:0a1b2c3d4e5f6071`;
  return {
    ...environment,
    PLATFORM_KEY: standIn('PLATFORM_KEY'),
    JWT_SECRET: standIn('JWT_SECRET'),
  };
}

/** Where this machine reaches what listens on `host`. */
function localUrl(host: string, port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= ask());
}
