/** Secrets made for `npm start`, so that trying it needs no configuration. */
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { weakSecret } from '@zcbot/config';
import { CommandError } from '../command.ts';

export interface Secrets {
  PLATFORM_KEY: string;
  JWT_SECRET: string;
}

function generateSecret(): string {
  for (;;) {
    const secret = randomBytes(32).toString('base64url');
    if (weakSecret(secret) === null) return secret;
  }
}

/**
 * Reads `secrets.json` in the data folder, and makes it (0600, in a folder of 0700) when missing.
 * @throws CommandError when the file is there but unreadable: overwriting it would sign everybody
 * out
 */
export async function readOrMakeSecrets(dataDirectory: string): Promise<Secrets> {
  const file = path.join(dataDirectory, 'secrets.json');
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
  try {
    const stored = parseSecrets(await readFile(file, 'utf8'));
    await chmod(file, 0o600);
    return stored;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw unreadable(file, error);
  }
  const secrets = { PLATFORM_KEY: generateSecret(), JWT_SECRET: generateSecret() };
  // Whole or not at all: a crash in between must not leave half a file.
  const unfinished = `${file}.${process.pid}`;
  const handle = await open(unfinished, 'wx', 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(secrets, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(unfinished, file);
  return secrets;
}

function parseSecrets(text: string): Secrets {
  const { PLATFORM_KEY, JWT_SECRET } = JSON.parse(text) as Partial<Secrets>;
  if (typeof PLATFORM_KEY === 'string' && typeof JWT_SECRET === 'string') {
    return { PLATFORM_KEY, JWT_SECRET };
  }
  throw new TypeError('secrets.json lacks PLATFORM_KEY or JWT_SECRET');
}

function unreadable(file: string, cause: unknown): CommandError {
  return new CommandError(
    {
      en: `${file} cannot be used. Restore it from a backup, or delete it: new secrets are made then, and everybody has to sign in again.`,
      zh: `${file} 无法使用。请从备份恢复，或删除它：届时会生成新的密钥，所有人都需要重新登录。`,
    },
    { cause },
  );
}
