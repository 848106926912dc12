/**
 * Links by which an operator hands the userscript to a person on another machine. Each works once,
 * which takes some script managers two requests: one to show the script, one to install it.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GatewaySettings } from './config/settings.ts';
import { namesOf } from './proxy/own-host.ts';

const FILE = 'coze-install-links.json';
const LIFE_MS = 24 * 60 * 60_000;
/** From the first request on. */
const INSTALL_MS = 60_000;

/** Their own machine's, and IPv6 link-local ones, which mean nothing without an interface. */
const NOT_FOR_OTHERS = /^(127\.|localhost$|\[::1\]|\[fe80:)/;

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
    // The command line writes while the gateway reads.
    writeFileSync(`${path}.new`, JSON.stringify(Object.fromEntries(valid)), { mode: 0o600 });
    renameSync(`${path}.new`, path);
  };
  return {
    /** The part of the link that makes it one; valid for a day. */
    make(): string {
      const link = randomBytes(16).toString('base64url');
      write({ ...read(), [hash(link)]: now() + LIFE_MS });
      return link;
    },
    /** True for a link that was made here and is neither used nor expired. */
    take(link: string): boolean {
      const links = read();
      const expiresAt = links[hash(link)];
      if (expiresAt === undefined || expiresAt <= now()) return false;
      write({ ...links, [hash(link)]: Math.min(expiresAt, now() + INSTALL_MS) });
      return true;
    },
  };
}

/** A new link, once for each address by which others may reach the gateway; none on loopback. */
export function makeInstallUrls(
  settings: Pick<GatewaySettings, 'host' | 'authPort' | 'dataDirectory'>,
): string[] {
  const names = namesOf(settings.host).filter((name) => !NOT_FOR_OTHERS.test(name));
  if (names.length === 0) return [];
  const link = createInstallLinks(settings.dataDirectory).make();
  return names.map((name) => `http://${name}:${settings.authPort}/coze-chat.user.js?link=${link}`);
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
