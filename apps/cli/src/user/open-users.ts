import type { StorageSettings } from '@zcbot/server/config';
import type { openUserCommands } from '@zcbot/server/users';
import { CommandError } from '../command.ts';
import { databaseFault } from '../config/database-fault.ts';

export type Users = Awaited<ReturnType<typeof openUserCommands>>;

/**
 * Runs `work` on the users in the database and closes it again.
 * @throws CommandError with the reason when it cannot be done
 */
export async function withUsers<T>(
  settings: StorageSettings,
  work: (users: Users) => Promise<T>,
): Promise<T> {
  // Loaded when needed: it costs time that `zcbot help` need not wait.
  const { openUserCommands, UserCommandError } = await import('@zcbot/server/users');
  try {
    const users = await openUserCommands({ settings });
    try {
      return await work(users);
    } finally {
      await users.close();
    }
  } catch (error) {
    if (error instanceof UserCommandError) throw new CommandError(error.text, { cause: error });
    throw databaseFault(settings, error) ?? error;
  }
}
