import { finding, type Check } from '../check.ts';
import { NO_COZE } from '../not-checked.ts';

/** Within this nobody notices; assertions and tokens live for minutes. */
const TOLERATED_MS = 10_000;

/** This machine's clock against the Date of Coze's answer, which has whole seconds (RFC 9110 §6.6.1). */
export const clock: Check = {
  id: 'clock',
  what: { en: 'Clock', zh: '时钟' },
  async run(surroundings) {
    const answer = await surroundings.coze();
    if (answer === null) return [NO_COZE];
    if (!answer.reached || Number.isNaN(answer.date)) {
      return [finding('skip', { en: 'Coze told no time', zh: '扣子没有给出时间' })];
    }
    const here = (answer.sentAt + answer.receivedAt) / 2;
    const aheadMs = here - (answer.date + 500);
    const uncertainMs = 500 + (answer.receivedAt - answer.sentAt) / 2;
    if (Math.abs(aheadMs) <= TOLERATED_MS + uncertainMs) {
      return [finding('ok', { en: 'agrees with Coze’s', zh: '与扣子一致' })];
    }
    const seconds = Math.round(Math.abs(aheadMs) / 1000);
    return [
      finding(
        'warn',
        {
          en: `${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} Coze’s; the gateway allows for it, other programs do not`,
          zh: `比扣子${aheadMs > 0 ? '快' : '慢'} ${seconds} 秒；网关会自行修正，其他程序不会`,
        },
        {
          en: 'switch on automatic time (NTP) on this machine',
          zh: '请在本机打开自动对时（NTP）',
        },
      ),
    ];
  },
};
