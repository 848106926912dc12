import { parseSettings } from '@zcbot/config';
import {
  parseServerSettings,
  serverSettings,
  type ServerSettings,
  type StorageSettings,
} from '@zcbot/server/config';
import type { Environment } from '../command.ts';
import { fromProjectRoot } from './environment.ts';

/** @throws ConfigurationError naming every fault */
export function readServerSettings(environment: Environment): ServerSettings {
  const settings = parseServerSettings(environment);
  return { ...settings, dataDirectory: fromProjectRoot(settings.dataDirectory) };
}

/**
 * Enough for commands that only open the database: they need none of the server's secrets.
 * @throws ConfigurationError naming every fault
 */
export function readStorageSettings(environment: Environment): StorageSettings {
  const { dataDirectory, databaseUrl } = serverSettings;
  const settings = parseSettings({ dataDirectory, databaseUrl }, environment);
  return { ...settings, dataDirectory: fromProjectRoot(settings.dataDirectory) };
}
