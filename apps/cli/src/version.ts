import { readFile } from 'node:fs/promises';
import type { Command } from './command.ts';

export const version: Command = {
  name: 'version',
  usage: [{ call: 'version', does: { en: 'print the version', zh: '显示版本号' } }],
  async run() {
    const manifest = await readFile(new URL('../package.json', import.meta.url), 'utf8');
    const { version: number } = JSON.parse(manifest) as { version: string };
    process.stdout.write(`zcbot ${number} (Node ${process.versions.node})\n`);
  },
};
