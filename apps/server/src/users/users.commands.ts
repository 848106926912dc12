/** What `zcbot user …` calls; works beside a running server, on the same database. */
import { randomUUID } from 'node:crypto';
import { GUID } from '@zcbot/protocol/embed';
import { createPasswords, PASSWORD_MAX_BYTES, PASSWORD_MIN_CHARACTERS } from '../auth/passwords.ts';
import { databaseLocation, type StorageSettings } from '../config/settings.ts';
import { openDatabase } from '../database/database.ts';
import { isEmail, normalizeEmail } from './email.ts';
import { createUserStore } from './users.store.ts';

const NAME_MAX = 200;

/** A reason the operator can act on, in both languages; `message` is the English one. */
export class UserCommandError extends Error {
  readonly text: { en: string; zh: string };
  constructor(text: { en: string; zh: string }) {
    super(text.en);
    this.name = 'UserCommandError';
    this.text = text;
  }
}

/**
 * Opens the database of `settings`; call `close` at the end.
 * Every command throws UserCommandError when it cannot be done.
 */
export async function openUserCommands({ settings }: { settings: StorageSettings }) {
  const database = await openDatabase(databaseLocation(settings));
  const users = createUserStore(database);
  const passwords = createPasswords();

  return {
    async add(user: { email: string; name?: string; password: string }) {
      const email = checkedEmail(user.email);
      const name = checkedName(user.name);
      const passwordHash = await passwords.hash(checkedPassword(user.password));
      const id = randomUUID();
      if (await users.add({ id, email, name, passwordHash })) return { user_id: id };
      throw new UserCommandError({
        en: `${email} is taken: a user signs in with it already. To change the password: zcbot user passwd ${email}`,
        zh: `${email} 已被占用：已有用户用它登录。修改密码请用：zcbot user passwd ${email}`,
      });
    },

    /** Oldest first; users who came by the platform key have no e-mail address. */
    async list() {
      return (await users.list()).map(({ id, email, name, createdAt }) => ({
        user_id: id,
        email,
        name,
        created_at: new Date(createdAt).toISOString(),
      }));
    },

    /** Ends the user's tokens as well: whoever knew the old password is out. */
    async setPassword(user: { email: string; password: string }): Promise<void> {
      const email = normalizeEmail(user.email);
      const passwordHash = await passwords.hash(checkedPassword(user.password));
      if (!(await users.setPasswordHash(email, passwordHash))) throw noSuchUser(user.email);
    },

    /** Ends all tokens of a user named by e-mail address or id; a running server closes the streams. */
    async revoke({ user }: { user: string }): Promise<void> {
      const named = user.trim();
      const who = GUID.test(named) ? { id: named.toLowerCase() } : { email: normalizeEmail(named) };
      if ((await users.endTokens(who)) === undefined) throw noSuchUser(named);
    },

    close: (): Promise<void> => database.close(),
  };
}

function checkedEmail(email: string): string {
  const normalized = normalizeEmail(email);
  if (isEmail(normalized)) return normalized;
  throw new UserCommandError({
    en: `${JSON.stringify(email)} is not an e-mail address, such as someone@example.com`,
    zh: `${JSON.stringify(email)} 不是有效的邮箱地址，应类似 someone@example.com`,
  });
}

function checkedName(name: string | undefined): string | null {
  const trimmed = name?.trim() || null;
  if (trimmed === null || trimmed.length <= NAME_MAX) return trimmed;
  throw new UserCommandError({
    en: `the name has ${trimmed.length} characters; at most ${NAME_MAX} are kept`,
    zh: `名称有 ${trimmed.length} 个字符，最多 ${NAME_MAX} 个`,
  });
}

/** Length is what counts; rules on which characters to use are left out (NIST SP 800-63B-4 §3.1.1.2). */
function checkedPassword(password: string): string {
  const characters = Array.from(password).length;
  if (characters < PASSWORD_MIN_CHARACTERS) {
    throw new UserCommandError({
      en: `the password has ${characters} characters; it needs at least ${PASSWORD_MIN_CHARACTERS}`,
      zh: `密码只有 ${characters} 个字符，至少需要 ${PASSWORD_MIN_CHARACTERS} 个`,
    });
  }
  if (Buffer.byteLength(password) > PASSWORD_MAX_BYTES) {
    throw new UserCommandError({
      en: `the password is longer than ${PASSWORD_MAX_BYTES} bytes`,
      zh: `密码超过 ${PASSWORD_MAX_BYTES} 字节`,
    });
  }
  return password;
}

function noSuchUser(who: string): UserCommandError {
  return new UserCommandError({
    en: `there is no user ${who}; zcbot user list shows them all`,
    zh: `没有用户 ${who}；用 zcbot user list 查看全部`,
  });
}
