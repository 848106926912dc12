/** Why something could not be looked at, where several checks say the same. */
import { finding } from './check.ts';

export const NO_COZE = finding(
  'skip',
  { en: 'no usable Coze configuration', zh: '没有可用的扣子配置' },
  { en: 'see “Coze credentials”', zh: '见“扣子凭据”' },
);

export const NO_GATEWAY = finding(
  'skip',
  { en: 'the gateway does not run', zh: '网关没有运行' },
  {
    en: 'start it: npx zcbot gateway (or npm start)',
    zh: '请启动：npx zcbot gateway（或 npm start）',
  },
);

export const NO_CONSOLE = finding(
  'skip',
  { en: 'the console does not run', zh: '控制台没有运行' },
  { en: 'start it: npx zcbot serve (or npm start)', zh: '请启动：npx zcbot serve（或 npm start）' },
);

export const OFF_LOOPBACK = finding('skip', {
  en: 'this gateway asks every caller to be paired, and doctor is not',
  zh: '该网关要求调用者先配对，doctor 没有配对',
});
