/** Links by which an operator hands the userscript to a person on another machine; each works once. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FILE = 'coze-install-links.json';
const LIFE_MS = 24 * 60 * 60_000;

type Links = Record<string, number>;

export function createInstallLinks(dataDirectory: string, now: () => number = Date.now) {
  const path = join(dataDirectory, FILE);
  const read = (): Links => {
    try {
      return JSON.parse(readFileSync(path, 'utf8')) as Links;
    } catch (error) {
      if ((error as { code?: string }).code === 'ENOENT') return {};
      throw error;
    }
  };
  const write = (links: Links): void => {
    mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
    const valid = Object.entries(links).filter(([, expiresAt]) => expiresAt > now());
    writeFileSync(path, JSON.stringify(Object.fromEntries(valid)), { mode: 0o600 });
  };
  return {
    /** The part of the link that makes it one; valid for a day. */
    make(): string {
      const link = randomBytes(16).toString('base64url');
      write({ ...read(), [hash(link)]: now() + LIFE_MS });
      return link;
    },
    /** True once for a link that was made here and has not expired. */
    take(link: string): boolean {
      const { [hash(link)]: expiresAt, ...others } = read();
      if (expiresAt === undefined) return false;
      write(others);
      return expiresAt > now();
    },
  };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
