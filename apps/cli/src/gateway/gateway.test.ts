import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { run } from '../testing/zcbot-process.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'zcbot-cli-gateway-'))));
afterEach(() => rm(folder, { recursive: true }));

describe('what keeps the gateway from starting is explained without a stack trace', () => {
  test.each([
    ['C.UTF-8', 'The configuration has 1 fault(s):\n  - COZE_PAT holds a short-lived token'],
    ['zh_CN.UTF-8', '配置有 1 处错误：\n  - COZE_PAT 填写的是'],
  ])('in %s: faulty credentials', async (LC_ALL, text) => {
    const environment = { COZE_PAT: 'czs_of_an_app', COZE_API_BASE: 'https://api.coze.cn', LC_ALL };
    const { code, stderr } = await run(['gateway'], { environment });
    expect(code).toBe(1);
    expect(stderr).toContain(text);
    expect(stderr).not.toMatch(/\n\s+at |czs_of/);
  });

  test.each([
    ['C.UTF-8', 'coze-session-secret is damaged; restore it'],
    ['zh_CN.UTF-8', 'coze-session-secret 已损坏；请从备份恢复'],
  ])('in %s: a damaged secret', async (LC_ALL, text) => {
    const data = join(folder, 'data');
    await mkdir(data);
    await writeFile(join(data, 'coze-session-secret'), 'damaged');
    const { code, stderr } = await run(['gateway'], {
      environment: { ZCBOT_DATA_DIR: data, COZE_PROXY_PORT: '0', COZE_AUTH_PORT: '0', LC_ALL },
    });
    expect(code).toBe(1);
    expect(stderr).toContain(text);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});
