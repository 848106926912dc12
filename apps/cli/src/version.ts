import { readFile } from 'node:fs/promises';
import type { Command } from './command.ts';

export const version: Command = {
  name: 'version',
  usage: [{ call: 'version', does: { en: 'print the version', zh: '显示版本号' } }],
  async run() {
    process.stdout.write(`zcbot ${await versionNumber()} (Node ${process.versions.node})\n`);
  },
};

export async function versionNumber(): Promise<string> {
  const manifest = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
