/** Finds the credentials: an OAuth configuration file, else a personal access token, else none. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { ConfigurationError } from '@zcbot/config';
import {
  checkPatListener,
  patCredentials,
  type Credentials,
  type Finding,
} from '@zcbot/coze/credentials';
import { readOAuthConfig } from '@zcbot/coze/oauth-config';
import type { GatewaySettings } from './config/settings.ts';

const DEFAULT_FILES = ['coze_oauth_config.json', 'JWTOauth/coze_oauth_config.json'];

export interface FoundCredentials {
  credentials: Credentials;
  warnings: Finding[];
}

/**
 * @param root where relative paths start
 * @throws ConfigurationError
 */
export async function findCredentials(
  settings: GatewaySettings,
  root: string,
): Promise<FoundCredentials | undefined> {
  const apiBase = settings.apiBase === undefined ? {} : { apiBase: settings.apiBase };
  const file = oauthConfigFile(settings, root);
  if (file !== undefined) {
    const result = await readOAuthConfig(file, apiBase);
    if (!result.ok) throw unusable(result.faults);
    return result;
  }
  if (settings.personalAccessToken === undefined) return undefined;
  const exposed = checkPatListener({ host: settings.host });
  if (exposed && !settings.patForced) throw unusable([exposed.refusal]);
  const result = patCredentials({ pat: settings.personalAccessToken, ...apiBase });
  if (!result.ok) throw unusable(result.faults);
  return exposed ? { ...result, warnings: [...result.warnings, exposed.warning] } : result;
}

function unusable(faults: readonly Finding[]): ConfigurationError {
  return new ConfigurationError(faults.map(({ message }) => message));
}

/** The file that COZE_OAUTH_CONFIG names, there or not; else the first usual one that is there. */
export function oauthConfigFile(
  { oauthConfig }: Pick<GatewaySettings, 'oauthConfig'>,
  root: string,
): string | undefined {
  if (oauthConfig !== undefined) return resolve(root, oauthConfig);
  return DEFAULT_FILES.map((name) => resolve(root, name)).find((path) => existsSync(path));
}
