import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { isPrivateAddress } from '@zcbot/gateway/private-address';
import { finding, type Check } from '../check.ts';
import { NO_COZE } from '../not-checked.ts';

/** The name of Coze's API, as this machine resolves it. */
export const dns: Check = {
  id: 'dns',
  what: { en: 'DNS', zh: 'DNS' },
  async run(surroundings) {
    const apiBase = await surroundings.apiBase();
    if (apiBase === null) return [NO_COZE];
    const { hostname } = new URL(apiBase);
    const literal = hostname.replace(/^\[|\]$/g, '');
    if (isIP(literal) !== 0 || literal === 'localhost') {
      return [
        finding('ok', {
          en: `${hostname} needs no DNS`,
          zh: `${hostname} 不需要 DNS`,
        }),
      ];
    }
    let addresses: string[];
    try {
      addresses = (await lookup(hostname, { all: true })).map(({ address }) => address);
    } catch (error) {
      const { code = 'error' } = error as NodeJS.ErrnoException;
      return [
        finding(
          'fail',
          { en: `${hostname} cannot be resolved (${code})`, zh: `无法解析 ${hostname}（${code}）` },
          {
            en: 'check the network and the DNS servers of this machine',
            zh: '请检查本机的网络和 DNS 服务器',
          },
        ),
      ];
    }
    const inner = addresses.find((address) => isPrivateAddress(address));
    if (inner !== undefined) {
      return [
        finding(
          'warn',
          {
            en: `${hostname} resolves to ${inner}, which is not public; the CORS proxy refuses such addresses`,
            zh: `${hostname} 解析为 ${inner}，不是公网地址；CORS 代理会拒绝这样的地址`,
          },
          {
            en: `exclude Coze from the fake addresses of the VPN or proxy program, or set COZE_ALLOWED_PRIVATE=${hostname}:443`,
            zh: `请在 VPN 或代理软件的 fake-ip 中排除扣子的域名，或设置 COZE_ALLOWED_PRIVATE=${hostname}:443`,
          },
        ),
      ];
    }
    const count = addresses.length;
    return [
      finding('ok', {
        en: `${hostname} has ${count} public address${count === 1 ? '' : 'es'}`,
        zh: `${hostname} 有 ${count} 个公网地址`,
      }),
    ];
  },
};
