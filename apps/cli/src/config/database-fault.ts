import type { StorageSettings } from '@zcbot/server/config';
import { CommandError } from '../command.ts';

/** SQLSTATE (PostgreSQL manual, appendix A): five digits or capital letters. */
const SQLSTATE = /^[0-9A-Z]{5}$/;
const CONNECTION = /^E(CONNREFUSED|CONNRESET|NOTFOUND|TIMEDOUT|HOSTUNREACH|NETUNREACH|AI_AGAIN)$/;

/** What kept PostgreSQL from being used, in words; null when that is not what went wrong. */
export function databaseFault(settings: StorageSettings, error: unknown): CommandError | null {
  if (settings.databaseUrl === undefined) return null;
  const fault = innermost(error);
  const { code = '' } = fault as NodeJS.ErrnoException;
  if (!SQLSTATE.test(code) && !CONNECTION.test(code)) return null;
  // Node gives one error per address it tried, and no message over them.
  const reason = fault.message || code;
  return new CommandError(
    {
      en: `the database of DATABASE_URL cannot be used: ${reason}`,
      zh: `无法使用 DATABASE_URL 指定的数据库：${reason}`,
    },
    { cause: error },
  );
}

/** Layers above the driver wrap its error; the reason is at the end of the chain. */
function innermost(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  return error.cause instanceof Error ? innermost(error.cause) : error;
}
