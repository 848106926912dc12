import type { ServerSettings } from '@zcbot/server/config';
import { CommandError } from '../command.ts';

export interface ConsoleServer {
  /** Where it listens, such as `http://127.0.0.1:8765`. */
  url: string;
  stop(): Promise<void>;
}

/** @throws CommandError naming the port and the setting when the port is taken */
export async function startConsole(
  settings: ServerSettings,
  { trustLoopbackParents = false }: { trustLoopbackParents?: boolean } = {},
): Promise<ConsoleServer> {
  // Loaded when needed: it costs half a second that `zcbot help` need not wait.
  const { startServer } = await import('@zcbot/server');
  try {
    return await startServer({ settings, trustLoopbackParents });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') throw portTaken('ZCBOT_PORT', settings.port, error);
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL') {
      const address = `${settings.host}:${settings.port}`;
      throw new CommandError(
        {
          en: `this machine does not let zcbot listen on ${address} (${code}). Change ZCBOT_HOST or ZCBOT_PORT.`,
          zh: `本机不允许 zcbot 监听 ${address}（${code}）。请修改 ZCBOT_HOST 或 ZCBOT_PORT。`,
        },
        { cause: error },
      );
    }
    throw error;
  }
}

export function portTaken(setting: string, port: number, cause?: unknown): CommandError {
  const free = port + 1;
  return new CommandError(
    {
      en: `port ${port} is taken: another program, perhaps another zcbot, listens there. Stop it, or choose another port in the environment or in .env: ${setting}=${free}`,
      zh: `端口 ${port} 已被占用：有别的程序（也许是另一个 zcbot）正在监听。请停止它，或在环境变量或 .env 中换一个端口：${setting}=${free}`,
    },
    { cause },
  );
}
