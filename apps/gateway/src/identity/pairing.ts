/**
 * Pairing: how an installed userscript proves that it is one.
 *
 *  1. The served script carries a code: single-use, valid for CODE_LIFE_MS.
 *  2. The script exchanges it by GM_xmlhttpRequest for the key of its install.
 *  3. The key goes with every request as `X-Zcbot-Pairing`; only its hash is stored.
 *
 * The key itself is never in the script: a foreign page can load a script cross-site and read what
 * it defines, but it cannot use a code that was already exchanged.
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const CODE_LIFE_MS = 10 * 60_000;
const CODES_MAX = 1_000;
const FILE = 'coze-installs.json';

export interface Install {
  id: string;
  /** SHA-256 of the key, hex. */
  keyHash: string;
  /** Epoch milliseconds. */
  pairedAt: number;
}

export interface Pairing {
  /** A fresh code for a script that is about to be served. */
  issueCode(): string;
  /** The new install and its key, once; undefined for an unknown, used or expired code. */
  redeem(code: string): { installId: string; key: string } | undefined;
  /** The install that this key belongs to. */
  installOf(key: string): Install | undefined;
  installs(): readonly Install[];
}

export function createPairing(options: { dataDirectory: string; now?: () => number }): Pairing {
  const now = options.now ?? Date.now;
  const path = join(options.dataDirectory, FILE);
  const codes = new Map<string, number>();
  const byHash = new Map(readInstalls(path).map((install) => [install.keyHash, install]));

  function save(): void {
    mkdirSync(options.dataDirectory, { recursive: true, mode: 0o700 });
    const temporary = `${path}.new`;
    writeFileSync(temporary, JSON.stringify([...byHash.values()], null, 2), { mode: 0o600 });
    renameSync(temporary, path);
  }

  return {
    issueCode() {
      const code = randomBytes(16).toString('base64url');
      for (const [known, expiresAt] of codes) {
        if (expiresAt > now() && codes.size < CODES_MAX) break;
        codes.delete(known);
      }
      codes.set(hash(code), now() + CODE_LIFE_MS);
      return code;
    },
    redeem(code) {
      const expiresAt = codes.get(hash(code));
      codes.delete(hash(code));
      if (expiresAt === undefined || expiresAt <= now()) return undefined;
      const key = randomBytes(32).toString('base64url');
      const install = { id: randomUUID(), keyHash: hash(key), pairedAt: now() };
      byHash.set(install.keyHash, install);
      save();
      return { installId: install.id, key };
    },
    // Looked up by its hash, so that comparing takes no secret-dependent time.
    installOf: (key) => byHash.get(hash(key)),
    installs: () => [...byHash.values()],
  };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function readInstalls(path: string): Install[] {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Install[];
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return [];
    throw error;
  }
}
