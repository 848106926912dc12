import { parseSettings } from '@zcbot/config';
import { serverSettings, type ServerSettings } from '@zcbot/server/config';
import type { Environment } from '../command.ts';
import { fromProjectRoot } from './environment.ts';

/** @throws ConfigurationError naming every fault */
export function readServerSettings(environment: Environment): ServerSettings {
  const settings = parseSettings(serverSettings, environment);
  return { ...settings, dataDirectory: fromProjectRoot(settings.dataDirectory) };
}

/** What is needed to open the database; user commands work without the secrets of the server. */
export type StorageSettings = Pick<ServerSettings, 'dataDirectory' | 'databaseUrl'>;

/** @throws ConfigurationError naming every fault */
export function readStorageSettings(environment: Environment): StorageSettings {
  const { dataDirectory, databaseUrl } = serverSettings;
  const settings = parseSettings({ dataDirectory, databaseUrl }, environment);
  return { ...settings, dataDirectory: fromProjectRoot(settings.dataDirectory) };
}
