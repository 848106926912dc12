/** What a script manager would get from the broker. */
import { readFile } from 'node:fs/promises';
import { fromProjectRoot } from '../../config/environment.ts';
import { finding, printable, type Check } from '../check.ts';
import { NO_GATEWAY, OFF_LOOPBACK } from '../not-checked.ts';

const REBUILD = {
  en: 'npm run build (npm start does it by itself)',
  zh: '请执行 npm run build（npm start 会自动完成）',
};

export const userscript: Check = {
  id: 'userscript',
  what: { en: 'Userscript', zh: '用户脚本' },
  async run({ broker, brokerUrl }, signal) {
    const facts = await broker();
    if (facts === null) return [NO_GATEWAY];
    if (!facts.loopbackOnly) return [OFF_LOOPBACK];
    const address = `${brokerUrl}/coze-chat.user.js`;
    const answer = await fetch(address, { signal });
    const text = await answer.text();
    if (answer.status === 404) {
      return [finding('fail', { en: 'it has not been built', zh: '用户脚本还没有构建' }, REBUILD)];
    }
    const served = metadata(text, 'version');
    if (!answer.ok || served === undefined) {
      return [
        finding('fail', {
          en: `${address} gives no userscript (status ${answer.status})`,
          zh: `${address} 没有给出用户脚本（状态 ${answer.status}）`,
        }),
      ];
    }
    const current = await sourceVersion();
    if (served !== current) {
      return [
        finding(
          'warn',
          {
            en: `version ${served} is served, the source has ${current}`,
            zh: `提供的是 ${served} 版，而源码是 ${current} 版`,
          },
          REBUILD,
        ),
      ];
    }
    if (metadata(text, 'updateURL') !== address) {
      return [
        finding(
          'warn',
          {
            en: `version ${served}, but it does not update itself from ${address}`,
            zh: `${served} 版，但它不会从 ${address} 更新`,
          },
          REBUILD,
        ),
      ];
    }
    return [
      finding('ok', {
        en: `version ${served} at ${address}`,
        zh: `${served} 版，地址 ${address}`,
      }),
    ];
  },
};

/** https://violentmonkey.github.io/api/metadata-block/ */
function metadata(script: string, key: string): string | undefined {
  const block = /^\/\/ ==UserScript==$(.*?)^\/\/ ==\/UserScript==$/ms.exec(script)?.[1];
  const value = block?.match(new RegExp(`^// @${key}\\s+(\\S+)`, 'm'))?.[1];
  return value === undefined ? undefined : printable(value);
}

async function sourceVersion(): Promise<string> {
  const manifest = await readFile(fromProjectRoot('apps/userscript/package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
