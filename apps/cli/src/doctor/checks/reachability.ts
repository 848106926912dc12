import type { Text } from '../../terminal/language.ts';
import { finding, printable, type Check } from '../check.ts';
import { NO_COZE } from '../not-checked.ts';

const CERTIFICATE = /CERT|SSL|TLS|SIGNATURE/;

/** Whether Coze's API answers, and whether what answers is Coze. */
export const reachability: Check = {
  id: 'coze',
  what: { en: 'Coze reachable', zh: '连接扣子' },
  async run(surroundings) {
    const [apiBase, answer] = await Promise.all([surroundings.apiBase(), surroundings.coze()]);
    if (apiBase === null || answer === null) return [NO_COZE];
    if (!answer.reached) {
      const message = {
        en: `${apiBase} cannot be reached (${printable(answer.code)})`,
        zh: `无法连接 ${apiBase}（${printable(answer.code)}）`,
      };
      return [finding('fail', message, remedyFor(answer.code))];
    }
    const took = answer.receivedAt - answer.sentAt;
    if (answer.status >= 500) {
      return [
        finding(
          'fail',
          {
            en: `${apiBase} answers with status ${answer.status}`,
            zh: `${apiBase} 返回状态 ${answer.status}`,
          },
          {
            en: 'Coze, or a proxy in between, has trouble; try again in a while',
            zh: '扣子或中间的代理暂时异常，请稍后再试',
          },
        ),
      ];
    }
    if (answer.logid === null) {
      return [
        finding(
          'warn',
          {
            en: `something answers at ${apiBase}, but not as Coze does (no x-tt-logid)`,
            zh: `${apiBase} 有应答，但不像扣子（没有 x-tt-logid）`,
          },
          {
            en: 'a login page of the network, or a proxy, may stand in between; check COZE_API_BASE too',
            zh: '中间可能有网络登录页或代理；也请检查 COZE_API_BASE',
          },
        ),
      ];
    }
    if (await surroundings.simulated()) {
      return [
        finding('ok', {
          en: `the SIMULATOR at ${apiBase} answers; it is not the real Coze`,
          zh: `【模拟器】在 ${apiBase} 应答；它不是真实的扣子`,
        }),
      ];
    }
    return [
      finding('ok', {
        en: `${apiBase} answers in ${took} ms`,
        zh: `${apiBase} 在 ${took} 毫秒内应答`,
      }),
    ];
  },
};

function remedyFor(code: string): Text {
  if (code === 'ECONNREFUSED') {
    return {
      en: 'nothing listens there; check COZE_API_BASE, and start the simulator again if it was one',
      zh: '那里没有服务在监听；请检查 COZE_API_BASE，如果用的是模拟器请重新启动它',
    };
  }
  if (CERTIFICATE.test(code)) {
    return {
      en: 'a program in between replaces the certificate; name its authority in NODE_EXTRA_CA_CERTS',
      zh: '中间有程序替换了证书；请在 NODE_EXTRA_CA_CERTS 中指定它的根证书',
    };
  }
  return {
    en: 'check the network, the firewall and the VPN of this machine',
    zh: '请检查本机的网络、防火墙和 VPN',
  };
}
