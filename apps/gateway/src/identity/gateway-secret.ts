/**
 * The secret from which session names are derived. Losing it gives every caller a new, empty session
 * at Coze, so it lies in the data folder and belongs into the backup.
 */
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigurationError } from '@zcbot/config';

const FILE = 'coze-session-secret';
const BYTES = 32;

/** Reads the secret, or makes it (mode 0600) on the first start. @throws ConfigurationError when it is damaged */
export function sessionSecret(dataDirectory: string): Uint8Array {
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
  const path = join(dataDirectory, FILE);
  try {
    // `wx`: of two gateways starting at once only one makes it.
    writeFileSync(path, randomBytes(BYTES).toString('base64url'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as { code?: string }).code !== 'EEXIST') throw error;
    chmodSync(path, 0o600);
  }
  const secret = Buffer.from(readFileSync(path, 'utf8').trim(), 'base64url');
  if (secret.length !== BYTES) {
    throw new ConfigurationError([
      {
        en: `${path} is damaged; restore it from the backup: without it every Coze history is out of reach`,
        zh: `${path} 已损坏；请从备份恢复：没有它，所有扣子历史都无法访问`,
      },
    ]);
  }
  return secret;
}
