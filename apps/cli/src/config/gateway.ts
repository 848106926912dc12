import { parseSettings } from '@zcbot/config';
import { gatewaySettings, type GatewaySettings } from '@zcbot/gateway/config';
import type { Environment } from '../command.ts';
import { fromProjectRoot } from './environment.ts';

/** @throws ConfigurationError naming every fault */
export function readGatewaySettings(environment: Environment): GatewaySettings {
  const settings = parseSettings(gatewaySettings, environment);
  return { ...settings, dataDirectory: fromProjectRoot(settings.dataDirectory) };
}
