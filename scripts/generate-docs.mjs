/**
 * Writes the tables of settings into docs/operations.md and docs/operations.zh-CN.md, between
 * their markers, from the settings of every app. Needs Node 24 (it imports TypeScript).
 *
 * Usage: node scripts/generate-docs.mjs [--check]   (`--check`: change nothing, fail when stale)
 */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startSettings } from '../apps/cli/src/config/settings.ts';
import { gatewaySettings } from '../apps/gateway/src/config/settings.ts';
import { serverSettings } from '../apps/server/src/config/settings.ts';
import { LANGUAGES, replaceBetweenMarkers, settingsSection } from './docs/settings-table.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** Every app that reads settings; a new app is entered here. */
const APPS = [
  { title: { en: 'Console server', zh: '控制台服务' }, settings: serverSettings },
  { title: { en: 'Coze gateway', zh: '扣子网关' }, settings: gatewaySettings },
  { title: { en: 'npm start', zh: 'npm start' }, settings: startSettings },
];

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
let stale = 0;
for (const language of LANGUAGES) {
  const file = path.join(root, 'docs', language.file);
  const before = await readFile(file, 'utf8');
  const after = replaceBetweenMarkers(before, await settingsSection(APPS, language), language.file);
  if (after === before) continue;
  stale += 1;
  if (values.check) process.stderr.write(`docs/${language.file}: the settings table is stale\n`);
  else {
    await writeFile(file, after);
    process.stdout.write(`docs/${language.file}: written\n`);
  }
}
process.exitCode = values.check && stale > 0 ? 1 : 0;
