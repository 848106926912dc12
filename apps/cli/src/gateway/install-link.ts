/** `zcbot gateway install-link`: how people on other machines get the userscript. */
import { expectNoArguments } from '../arguments.ts';
import { CommandError, type CommandContext } from '../command.ts';
import { readGatewaySettings } from '../config/gateway.ts';
import { say, type Text } from '../terminal/language.ts';

export const installLink = {
  usage: {
    call: 'gateway install-link',
    does: {
      en: 'print a link by which one person on another machine installs the userscript',
      zh: '打印一个链接，供另一台机器上的一个人安装用户脚本',
    },
  },
  async run(args: string[], { language, environment }: CommandContext): Promise<void> {
    expectNoArguments('gateway install-link', args);
    const settings = readGatewaySettings(environment);
    const { makeInstallUrls } = await import('@zcbot/gateway/install-links');
    const urls = makeInstallUrls(settings);
    if (urls.length === 0) {
      const address = `http://127.0.0.1:${settings.authPort}/coze-chat.user.js`;
      throw new CommandError({
        en: `the gateway listens on ${settings.host}, where nobody else can reach it; on this machine open ${address}. To serve other machines set COZE_GATEWAY_HOST.`,
        zh: `网关监听 ${settings.host}，其他机器无法访问；在本机请打开 ${address}。要供其他机器使用，请设置 COZE_GATEWAY_HOST。`,
      });
    }
    process.stdout.write(`${urls.join('\n')}\n`);
    const note = (text: Text): void => void process.stderr.write(`zcbot: ${say(text, language)}\n`);
    note({
      en: 'For one person, within a day. Open it in a browser that has a script manager.',
      zh: '供一个人使用，一天之内有效。请在装有脚本管理器的浏览器中打开。',
    });
    if (urls.length === 1) return;
    note({
      en: 'Several addresses, one link: use the one that the other machine can reach.',
      zh: '以上地址是同一个链接，请使用对方机器能访问的那一个。',
    });
  },
};
