import type { Check } from '../check.ts';

/** The environment and `.env`, as every server reads them when it starts. */
export const settings: Check = {
  id: 'settings',
  what: { en: 'Settings', zh: '设置' },
  async run({ settingFaults, environment }) {
    if (settingFaults.length > 0) {
      return settingFaults.map((fault) => ({
        about: /^\w+/.exec(fault.en)?.[0] ?? 'other',
        status: 'fail' as const,
        message: fault,
        remedy: {
          en: 'mend it in the environment or in .env; docs/operations.md lists every setting',
          zh: '请在环境变量或 .env 中修改；全部设置见 docs/operations.zh-CN.md',
        },
      }));
    }
    const missing = ['PLATFORM_KEY', 'JWT_SECRET'].filter((name) => !environment[name]);
    if (missing.length === 0) {
      return [{ status: 'ok', message: { en: 'all valid', zh: '全部有效' } }];
    }
    const names = missing.join(', ');
    return [
      {
        status: 'ok',
        message: {
          en: `all valid; without ${names}, npm start makes its own and npx zcbot serve refuses to start`,
          zh: `全部有效；没有设置 ${names}：npm start 会自动生成，npx zcbot serve 则会拒绝启动`,
        },
      },
    ];
  },
};
