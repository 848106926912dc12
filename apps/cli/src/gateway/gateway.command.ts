/** `zcbot gateway`, and its two halves alone. They need no database and no console. */
import { expectNoArguments } from '../arguments.ts';
import type { Command, CommandContext } from '../command.ts';
import { stopRequest } from '../shutdown.ts';
import { say, type Text } from '../terminal/language.ts';
import { readGatewaySettings } from '../config/gateway.ts';
import { installLink } from './install-link.ts';
import { openGateway } from './open-gateway.ts';

interface Parts {
  proxy: boolean;
  broker: boolean;
}

const both = gatewayCommand(
  'gateway',
  { proxy: true, broker: true },
  { en: 'the Coze gateway: CORS proxy and token broker', zh: '扣子网关：CORS 代理和令牌服务' },
);
export const gateway: Command = {
  ...both,
  usage: [...both.usage, installLink.usage],
  async run(args: string[], context: CommandContext) {
    const [subcommand, ...rest] = args;
    await (subcommand === 'install-link'
      ? installLink.run(rest, context)
      : both.run(args, context));
  },
};
export const proxy = gatewayCommand(
  'proxy',
  { proxy: true, broker: false },
  { en: 'the CORS proxy alone', zh: '只运行 CORS 代理' },
);
export const auth = gatewayCommand(
  'auth',
  { proxy: false, broker: true },
  { en: 'the token broker alone', zh: '只运行令牌服务' },
);

function gatewayCommand(name: string, parts: Parts, does: Text): Command {
  return {
    name,
    usage: [{ call: name, does }],
    notes: {
      en: 'Reads coze_oauth_config.json (or COZE_OAUTH_CONFIG), else COZE_PAT.',
      zh: '读取 coze_oauth_config.json（或 COZE_OAUTH_CONFIG），否则使用 COZE_PAT。',
    },
    async run(args, { language, environment }) {
      expectNoArguments(name, args);
      const settings = readGatewaySettings(environment);
      const stopAsked = stopRequest(language);
      const running = await openGateway({ settings, parts });
      const line = (text: Text): void =>
        void process.stderr.write(`zcbot: ${say(text, language)}\n`);
      for (const warning of running.warnings) line(warning);
      const { proxyUrl, brokerUrl } = running;
      if (proxyUrl) line({ en: `CORS proxy on ${proxyUrl}`, zh: `CORS 代理在 ${proxyUrl}` });
      if (brokerUrl) line({ en: `token broker on ${brokerUrl}`, zh: `令牌服务在 ${brokerUrl}` });
      await stopAsked;
      await running.stop();
    },
  };
}
