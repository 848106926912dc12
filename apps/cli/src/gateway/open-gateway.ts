import type { GatewaySettings } from '@zcbot/gateway/config';
import type { RunningGateway } from '@zcbot/gateway';
import { CommandError } from '../command.ts';
import { PROJECT_ROOT } from '../config/environment.ts';
import { portTaken } from '../serve/console-server.ts';
import { versionNumber } from '../version.ts';

/** @throws CommandError for everything the operator can mend. */
export async function openGateway(options: {
  settings: GatewaySettings;
  parts?: { proxy: boolean; broker: boolean };
  simulator?: boolean;
}): Promise<RunningGateway> {
  const { startGateway } = await import('@zcbot/gateway');
  const { settings } = options;
  try {
    return await startGateway({
      ...options,
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
