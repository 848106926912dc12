import type { ServerSettings } from '@zcbot/server/config';
import { CommandError } from '../command.ts';
import { databaseFault } from '../config/database-fault.ts';

export interface ConsoleServer {
  /** Where it listens, such as `http://127.0.0.1:8765`. */
  url: string;
  stop(): Promise<void>;
}

/** @throws CommandError for everything the operator can mend: port, address, database. */
export async function startConsole(
  settings: ServerSettings,
  { trustLoopbackParents = false }: { trustLoopbackParents?: boolean } = {},
): Promise<ConsoleServer> {
  // Loaded when needed: it costs half a second that `zcbot help` need not wait.
  const { DatabaseInUseError, DataFolderError, startServer } = await import('@zcbot/server');
  try {
    return await startServer({ settings, trustLoopbackParents });
  } catch (error) {
    if (error instanceof DatabaseInUseError) {
      const zh =
        '另一个 zcbot 正在使用同一个数据库。请先停止它；或用 ZCBOT_DATA_DIR 换一个数据目录；' +
        '要同时运行多个，请使用 PostgreSQL（DATABASE_URL）。';
      throw new CommandError({ en: error.message, zh }, { cause: error });
    }
    if (error instanceof DataFolderError) {
      const zh = `无法使用数据目录 ${settings.dataDirectory}。请让运行 zcbot 的用户可以写入，或用 ZCBOT_DATA_DIR 换一个目录。`;
      throw new CommandError({ en: error.message, zh }, { cause: error });
    }
    throw addressFault(settings, error) ?? databaseFault(settings, error) ?? error;
  }
}

function addressFault({ host, port }: ServerSettings, cause: unknown): CommandError | null {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return portTaken('ZCBOT_PORT', port, cause);
  if (code !== 'EACCES' && code !== 'EADDRNOTAVAIL' && code !== 'ENOTFOUND') return null;
  const address = `${host}:${port}`;
  return new CommandError(
    {
      en: `zcbot cannot listen on ${address} (${code}). Change ZCBOT_HOST or ZCBOT_PORT.`,
      zh: `zcbot 无法监听 ${address}（${code}）。请修改 ZCBOT_HOST 或 ZCBOT_PORT。`,
    },
    { cause },
  );
}

export function portTaken(setting: string, port: number, cause?: unknown): CommandError {
  const other = port < 65_535 ? port + 1 : port - 1;
  return new CommandError(
    {
      en:
        `port ${port} is taken: another program, perhaps another zcbot, listens there. Stop it, ` +
        `or choose another port in the environment or in .env: ${setting}=${other}`,
      zh:
        `端口 ${port} 已被占用：有别的程序（也许是另一个 zcbot）正在监听。请停止它，` +
        `或在环境变量或 .env 中换一个端口：${setting}=${other}`,
    },
    { cause },
  );
}
