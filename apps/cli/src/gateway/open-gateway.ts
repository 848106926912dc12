import type { GatewaySettings } from '@zcbot/gateway/config';
import type { FoundCredentials } from '@zcbot/gateway/credentials';
import type { RunningGateway } from '@zcbot/gateway';
import { CommandError } from '../command.ts';
import { PROJECT_ROOT } from '../config/environment.ts';
import { portTaken } from '../serve/console-server.ts';
import { versionNumber } from '../version.ts';
import { isSimulator } from './is-simulator.ts';

/** @throws ConfigurationError, CommandError for what the operator can mend */
export async function openGateway(options: {
  settings: GatewaySettings;
  parts?: { proxy: boolean; broker: boolean };
  /** Default is what the settings name. */
  credentials?: FoundCredentials;
  /** They are the simulator's. Default is to ask what they lead to. */
  simulator?: boolean;
}): Promise<RunningGateway> {
  const { startGateway } = await import('@zcbot/gateway');
  const { findCredentials } = await import('@zcbot/gateway/credentials');
  const { settings } = options;
  try {
    const credentials = options.credentials ?? (await findCredentials(settings, PROJECT_ROOT));
    return await startGateway({
      ...options,
      ...(credentials && { credentials }),
      simulator: options.simulator ?? (await isSimulator(credentials?.credentials.apiBase ?? '')),
      root: PROJECT_ROOT,
      version: await versionNumber(),
      onFailure: reportFailure,
    });
  } catch (error) {
    const { code, port, syscall } = error as NodeJS.ErrnoException & { port?: number };
    if (code === 'EADDRINUSE') {
      const name = port === settings.authPort ? 'COZE_AUTH_PORT' : 'COZE_PROXY_PORT';
      throw portTaken(name, port ?? settings.proxyPort, error);
    }
    if (syscall !== 'listen') throw error;
    const text = {
      en: `the gateway cannot listen on ${settings.host} (${code}). Change COZE_GATEWAY_HOST or the ports.`,
      zh: `网关无法监听 ${settings.host}（${code}）。请修改 COZE_GATEWAY_HOST 或端口。`,
    };
    throw new CommandError(text, { cause: error });
  }
}

/** One line, without the request: a URL or a header could hold what must not be logged. */
function reportFailure(error: unknown): void {
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : 'unknown';
  process.stderr.write(`zcbot: gateway: ${reason}\n`);
}
