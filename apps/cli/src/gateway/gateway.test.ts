import { expect, test } from 'vitest';
import { run } from '../testing/zcbot-process.ts';

const FAULTY = { COZE_PAT: 'czs_of_an_app', COZE_API_BASE: 'https://api.coze.cn' };

test.each([
  ['C.UTF-8', 'cannot be used:\n  - COZE_PAT holds a short-lived token'],
  ['zh_CN.UTF-8', '扣子凭据无法使用：\n  - COZE_PAT 填写的是'],
])('under %s faulty credentials are explained in its language', async (LC_ALL, text) => {
  const { code, stderr } = await run(['gateway'], { environment: { ...FAULTY, LC_ALL } });
  expect(code).toBe(1);
  expect(stderr).toContain(text);
  expect(stderr).not.toMatch(/\n\s+at |czs_of/);
});
