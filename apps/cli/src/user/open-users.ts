import type { openUserCommands } from '@zcbot/server/users';
import type { StorageSettings } from '../config/server.ts';

export type Users = Awaited<ReturnType<typeof openUserCommands>>;

/** Runs `work` on the users in the database and closes it again. */
export async function withUsers<T>(
  settings: StorageSettings,
  work: (users: Users) => Promise<T>,
): Promise<T> {
  const { openUserCommands } = await import('@zcbot/server/users');
  const users = await openUserCommands({ settings });
  try {
    return await work(users);
  } finally {
    await users.close();
  }
}
