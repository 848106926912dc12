/** Finds the credentials: an OAuth configuration file, else a personal access token, else none. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { ConfigurationError } from '@zcbot/config';
import { patCredentials, type Credentials, type Finding } from '@zcbot/coze/credentials';
import { readOAuthConfig } from '@zcbot/coze/oauth-config';
import type { GatewaySettings } from './config/settings.ts';

const DEFAULT_FILES = ['coze_oauth_config.json', 'JWTOauth/coze_oauth_config.json'];
const LOOPBACK_HOSTS = new Set(['127.0.0.1', 'localhost', '::1']);

export interface FoundCredentials {
  credentials: Credentials;
  warnings: Finding[];
}

/**
 * @param root where relative paths start
 * @throws ConfigurationError naming what is wrong and what to do
 */
export async function findCredentials(
  settings: GatewaySettings,
  root: string,
): Promise<FoundCredentials | undefined> {
  const apiBase = settings.apiBase === undefined ? {} : { apiBase: settings.apiBase };
  const file = oauthConfigFile(settings, root);
  if (file !== undefined) {
    const result = await readOAuthConfig(file, apiBase);
    if (!result.ok) throw new ConfigurationError(result.faults.map((fault) => fault.message.en));
    return result;
  }
  if (settings.personalAccessToken === undefined) return undefined;
  if (!LOOPBACK_HOSTS.has(settings.host)) {
    throw new ConfigurationError([
      'COZE_PAT: a personal access token speaks for the whole account, so the gateway uses it on loopback only. ' +
        'Set COZE_GATEWAY_HOST=127.0.0.1, or use an OAuth JWT app (COZE_OAUTH_CONFIG).',
    ]);
  }
  const result = patCredentials({ pat: settings.personalAccessToken, ...apiBase });
  if (!result.ok) throw new ConfigurationError(result.faults.map((fault) => fault.message.en));
  return result;
}

/** The file that COZE_OAUTH_CONFIG names, there or not; else the first usual one that is there. */
export function oauthConfigFile(
  { oauthConfig }: Pick<GatewaySettings, 'oauthConfig'>,
  root: string,
): string | undefined {
  if (oauthConfig !== undefined) return resolve(root, oauthConfig);
  return DEFAULT_FILES.map((name) => resolve(root, name)).find((path) => existsSync(path));
}
