import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../testing/zcbot-process.ts';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'zcbot-cli-links-'))));
afterAll(() => rm(folder, { recursive: true }));

const printLink = (environment: Record<string, string>) =>
  run(['gateway', 'install-link'], {
    environment: { ZCBOT_DATA_DIR: folder, COZE_AUTH_PORT: '20181', ...environment },
  });

test('the link alone goes to stdout, once for every address', async () => {
  const { code, stdout } = await printLink({ COZE_GATEWAY_HOST: 'gateway.example' });
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^http:\/\/gateway\.example:20181\/coze-chat\.user\.js\?link=[\w-]{22}\n$/,
  );
});

test('on loopback there is none, and it says what to open instead', async () => {
  const { code, stdout, stderr } = await printLink({ COZE_GATEWAY_HOST: '' });
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain('http://127.0.0.1:20181/coze-chat.user.js');
  const chinese = await printLink({ COZE_GATEWAY_HOST: '', LC_ALL: 'zh_CN.UTF-8' });
  expect(chinese.stderr).toContain('在本机请打开');
});
