import type { StorageSettings } from '@zcbot/server/config';
import { generatePassword } from '../terminal/password.ts';
import { withUsers } from '../user/open-users.ts';

export const FIRST_EMAIL = 'admin@example.com';

/**
 * Creates a first user who can sign in by e-mail, unless there is one.
 * @returns how to sign in; the password only when it has just been made
 */
export async function ensureFirstUser(
  settings: StorageSettings,
): Promise<{ email: string; password: string | null }> {
  return withUsers(settings, async (users) => {
    const existing = (await users.list()).find(({ email }) => email !== null);
    if (existing?.email) return { email: existing.email, password: null };
    const password = generatePassword();
    await users.add({ email: FIRST_EMAIL, name: 'Admin', password });
    return { email: FIRST_EMAIL, password };
  });
}
