/** The Coze gateway of `npm start`: with the operator's Coze, or with a simulator in its place. */
import type { Environment } from '../command.ts';
import { PROJECT_ROOT } from '../config/environment.ts';
import { readGatewaySettings } from '../config/gateway.ts';
import { openGateway } from '../gateway/open-gateway.ts';

export interface CozeGateway {
  proxyUrl: string;
  brokerUrl: string;
  /** Coze is not configured; what answers is not real. */
  simulated: boolean;
  warnings: { zh: string; en: string }[];
  stop(): Promise<void>;
}

/** @throws ConfigurationError, CommandError saying what to mend */
export async function startCozeGateway(environment: Environment): Promise<CozeGateway> {
  const settings = readGatewaySettings(environment);
  const { oauthConfigFile } = await import('@zcbot/gateway/credentials');
  const configured =
    oauthConfigFile(settings, PROJECT_ROOT) !== undefined ||
    settings.personalAccessToken !== undefined;
  const simulator = configured ? null : await startSimulator(settings.botId);
  try {
    const gateway = await openGateway({
      settings: simulator ? { ...settings, botId: simulator.botId } : settings,
      ...(simulator && { credentials: simulator.credentials, simulator: true }),
    });
    return {
      proxyUrl: gateway.proxyUrl ?? '',
      brokerUrl: gateway.brokerUrl ?? '',
      simulated: simulator !== null,
      warnings: gateway.warnings,
      async stop() {
        await gateway.stop();
        await simulator?.stop();
      },
    };
  } catch (error) {
    await simulator?.stop();
    throw error;
  }
}

/** Its credentials stay in memory: they are worth nothing once it has stopped. */
async function startSimulator(botId: string | undefined) {
  const { DEFAULT_BOT, startCozeSimulator } = await import('@zcbot/coze-simulator');
  const { parseOAuthConfig } = await import('@zcbot/coze/oauth-config');
  const bot = botId === undefined ? DEFAULT_BOT : { ...DEFAULT_BOT, id: botId };
  const simulator = await startCozeSimulator({ bots: [bot] });
  const credentials = await parseOAuthConfig(JSON.stringify(simulator.oauthConfig));
  if (!credentials.ok) throw new Error(credentials.faults.map(({ code }) => code).join(', '));
  return { botId: bot.id, credentials, stop: () => simulator.stop() };
}
