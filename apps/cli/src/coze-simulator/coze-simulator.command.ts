/** `zcbot coze-simulator`: a Coze that is not one, for trying the gateway without an account. */
import path from 'node:path';
import { port } from '@zcbot/config';
import { parseArguments } from '../arguments.ts';
import { CommandError, UsageError, type Command } from '../command.ts';
import { fromProjectRoot } from '../config/environment.ts';
import { stopRequest } from '../shutdown.ts';
import { say, type Text } from '../terminal/language.ts';
import { writeOAuthConfig } from './oauth-config-file.ts';

const DEFAULT_FILE = 'coze_oauth_config.json';

export const cozeSimulator: Command = {
  name: 'coze-simulator',
  usage: [
    {
      call: 'coze-simulator [--port <n>] [--write <file>]',
      does: {
        en: 'an offline simulator of Coze, for trying and testing; not the real service',
        zh: '离线的扣子模拟器，用于试用和测试，不是真实的扣子服务',
      },
    },
  ],
  notes: {
    en: '--port: default is any free one. --write: leaves the configuration for the gateway in that file\n(mode 0600); its key is made at each start and opens nothing but this simulator.',
    zh: '--port：默认任选一个空闲端口。--write：把网关所需的配置写入该文件（权限 0600）；\n其中的密钥每次启动时生成，只对这个模拟器有效。',
  },
  async run(args, { language }) {
    const { values, positionals } = parseArguments(args, {
      port: { type: 'string', default: '0' },
      write: { type: 'string' },
    });
    if (positionals.length > 0) throw surplus(positionals);
    const stopAsked = stopRequest(language);
    const simulator = await startSimulator(portNumber(values.port));
    try {
      const file = values.write === undefined ? undefined : path.resolve(values.write);
      if (file !== undefined) await writeOAuthConfig(file, simulator.oauthConfig);
      const lines = [...INTRODUCTION(simulator.url, simulator.botId), ...pointers(file)];
      for (const line of lines) process.stderr.write(`zcbot: ${say(line, language)}\n`);
      await stopAsked;
    } finally {
      await simulator.stop();
    }
  },
};

const INTRODUCTION = (url: string, botId: string): Text[] => [
  {
    en: `Coze SIMULATOR on ${url}: not the real Coze, nothing it says is real`,
    zh: `扣子【模拟器】在 ${url}：不是真实的扣子，回答都不是真的`,
  },
  { en: `its bot is ${botId}`, zh: `其智能体 ID 为 ${botId}` },
];

function pointers(file: string | undefined): Text[] {
  if (file === undefined) {
    const again = `npx zcbot coze-simulator --write ${DEFAULT_FILE}`;
    return [
      {
        en: `to point a gateway at it, start it so that it leaves its configuration: ${again}`,
        zh: `要让网关使用它，请这样启动，它会留下配置文件：${again}`,
      },
    ];
  }
  const isDefault = file === fromProjectRoot(DEFAULT_FILE);
  const call = `${isDefault ? '' : `COZE_OAUTH_CONFIG=${file} `}npx zcbot gateway`;
  return [
    {
      en: `its configuration is in ${file}; delete it before using the real Coze`,
      zh: `其配置在 ${file}；使用真实的扣子之前请删除它`,
    },
    { en: `point a gateway at it: ${call}`, zh: `让网关使用它：${call}` },
  ];
}

async function startSimulator(wanted: number) {
  const { startCozeSimulator } = await import('@zcbot/coze-simulator');
  try {
    return await startCozeSimulator({ port: wanted });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    const text = {
      en: `port ${wanted} is taken. Choose another with --port, or leave it out for any free one.`,
      zh: `端口 ${wanted} 已被占用。请用 --port 换一个端口，或不写 --port 以任选空闲端口。`,
    };
    throw new CommandError(text, { cause: error });
  }
}

/** @throws UsageError */
function portNumber(written: string): number {
  const result = port.safeParse(written);
  if (result.success) return result.data;
  throw new UsageError({
    en: '--port must be a number from 0 to 65535 (0: any free port)',
    zh: '--port 必须是 0 到 65535 之间的数字（0 表示任选空闲端口）',
  });
}

function surplus(positionals: string[]): UsageError {
  return new UsageError({
    en: `zcbot coze-simulator takes options only; found ${positionals.join(' ')}`,
    zh: `zcbot coze-simulator 只接受选项，却收到了：${positionals.join(' ')}`,
  });
}
