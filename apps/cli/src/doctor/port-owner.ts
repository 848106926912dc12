/** Which process listens on a port, where the system says so (Linux: /proc). */
import { readdir, readFile, readlink } from 'node:fs/promises';
import type { Text } from '../terminal/language.ts';

/** The state LISTEN in /proc/net/tcp (Linux, include/net/tcp_states.h). */
const LISTEN = '0A';

/** Null where it cannot be told. The command line is not shown: it may hold secrets. */
export async function portOwner(port: number): Promise<Text | null> {
  const sockets = await listeningSockets(port);
  const inodes = new Set(sockets.map(({ inode }) => `socket:[${inode}]`));
  if (inodes.size === 0) return null;
  for (const pid of await processIds()) {
    if (!(await holdsSocket(pid, inodes))) continue;
    const name = (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).trim();
    const shown = name.replace(/\p{Cc}/gu, '�') || '?';
    return { en: `${shown} (process ${pid})`, zh: `${shown}（进程 ${pid}）` };
  }
  const uid = sockets[0]?.uid ?? '?';
  return { en: `a process of user ${uid}`, zh: `用户 ${uid} 的某个进程` };
}

async function listeningSockets(port: number): Promise<{ inode: string; uid: string }[]> {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((file) => readFile(file, 'utf8').catch(() => '')),
  );
  return tables.flatMap((text) =>
    text.split('\n').flatMap((line) => {
      const [, local = '', , state, , , , uid = '', , inode = ''] = line.trim().split(/\s+/);
      return local.endsWith(`:${hex}`) && state === LISTEN ? [{ inode, uid }] : [];
    }),
  );
}

async function processIds(): Promise<string[]> {
  const entries = await readdir('/proc').catch(() => []);
  return entries.filter((entry) => /^\d+$/.test(entry));
}

async function holdsSocket(pid: string, inodes: Set<string>): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  const links = await readdir(folder).catch(() => []);
  for (const link of links) {
    if (inodes.has(await readlink(`${folder}/${link}`).catch(() => ''))) return true;
  }
  return false;
}
