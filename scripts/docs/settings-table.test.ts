import { defineSettings, list, port, secret } from '@zcbot/config';
import { expect, test } from 'vitest';
import { LANGUAGES, replaceBetweenMarkers, settingsSection } from './settings-table.mjs';

const title = { en: 'Example', zh: '示例' };
const [english, chinese] = LANGUAGES;

const settings = defineSettings({
  port: { name: 'A_PORT', doc: 'Port.', docZh: '端口。', schema: port, default: '80' },
  key: { name: 'A_KEY', doc: 'Key a|b.', docZh: '密钥。', schema: secret, secret: true },
  url: { name: 'A_URL', doc: 'http://<host>.', docZh: '地址。', schema: list },
});

test('says of every setting its name, default or need, and what it does', async () => {
  const section = await settingsSection([{ title, settings }], english!);
  const rows = section.split('\n').map((line) => line.replace(/ +/g, ' '));
  expect(rows).toContain('| `A_PORT` | `80` | Port. |');
  expect(rows).toContain('| `A_KEY` | required | Key a\\|b. |');
  expect(rows).toContain('| `A_URL` | – | http://&lt;host>. |');
});

test('refuses a setting that has no Chinese text', async () => {
  const untold = defineSettings({ port: { name: 'A_PORT', doc: 'Port.', schema: port } });
  await expect(settingsSection([{ title, settings: untold }], chinese!)).rejects.toThrow('A_PORT');
});

test('leaves everything outside the markers as it is', () => {
  const page = 'before\n<!-- settings:start -->\nold\n<!-- settings:end -->\nafter\n';
  const once = replaceBetweenMarkers(page, 'new\n', 'page.md');
  expect(once).toBe('before\n<!-- settings:start -->\n\nnew\n\n<!-- settings:end -->\nafter\n');
  expect(replaceBetweenMarkers(once, 'new\n', 'page.md')).toBe(once);
  expect(() => replaceBetweenMarkers('no markers', 'new', 'page.md')).toThrow('page.md');
});
