/** The OAuth configuration file or the personal access token: all that can be seen without Coze. */
import type { Finding as CozeFinding } from '@zcbot/coze/credentials';
import type { Text } from '../../terminal/language.ts';
import { finding, type Check, type Finding, type Status } from '../check.ts';
import type { BrokerFacts } from '../listeners.ts';
import type { FoundCredentials } from '../surroundings.ts';

export const credentials: Check = {
  id: 'credentials',
  what: { en: 'Coze credentials', zh: '扣子凭据' },
  async run(surroundings) {
    const [found, broker] = await Promise.all([surroundings.credentials(), surroundings.broker()]);
    if (found === null) return [nothingConfigured(broker)];
    const findings = [
      ...found.faults.map((fault) => explained('fail', fault)),
      ...found.warnings.map((warning) => explained('warn', warning)),
    ];
    if (!found.credentials) return findings;
    const running = found.faults.length === 0 && broker ? outdated(found, broker) : null;
    return [summary(found), ...findings, ...(running ? [running] : [])];
  },
};

function nothingConfigured(broker: BrokerFacts | null): Finding {
  if (broker?.simulator) {
    return finding('ok', {
      en: 'none: the SIMULATOR stands in for Coze, nothing it says is real',
      zh: '没有配置：由【模拟器】代替扣子，回答不是真的',
    });
  }
  if (broker && broker.credentials !== 'none') {
    return finding(
      'warn',
      {
        en: 'none here, but the running gateway has some: its environment or folder is another',
        zh: '这里没有配置，但正在运行的网关有：它的环境变量或目录与此处不同',
      },
      {
        en: 'run doctor in the folder and with the environment of the gateway',
        zh: '请在网关所用的目录和环境变量下运行 doctor',
      },
    );
  }
  return finding(
    'warn',
    { en: 'Coze is not configured', zh: '没有配置扣子' },
    {
      en: 'put coze_oauth_config.json into the project folder, or set COZE_PAT; npm start simulates Coze until then',
      zh: '请把 coze_oauth_config.json 放到项目目录，或设置 COZE_PAT；在此之前 npm start 使用模拟器',
    },
  );
}

function summary({ file, credentials: found }: FoundCredentials): Finding {
  if (found?.kind === 'jwt') {
    return finding('ok', {
      en: `OAuth app ${found.clientId} at ${found.apiBase}, from ${file}`,
      zh: `OAuth 应用 ${found.clientId}，${found.apiBase}，取自 ${file}`,
    });
  }
  return finding(
    'warn',
    {
      en: `a personal access token at ${found?.apiBase}: Coze does not separate users under it`,
      zh: `个人访问令牌，${found?.apiBase}：扣子不会按会话隔离用户`,
    },
    {
      en: 'for several people use an OAuth JWT app',
      zh: '多人使用请改用 OAuth JWT 应用',
    },
  );
}

/** The running broker was started with something else than what lies here now. */
function outdated({ credentials: found }: FoundCredentials, broker: BrokerFacts): Finding | null {
  const same =
    found?.kind === broker.credentials &&
    found.apiBase === broker.apiBase &&
    (found.kind !== 'jwt' || found.clientId === broker.clientId);
  if (same) return null;
  return {
    about: 'running',
    ...finding(
      'warn',
      {
        en: 'the running gateway was started with other credentials',
        zh: '正在运行的网关使用的是别的凭据',
      },
      { en: 'stop it and start it again', zh: '请停止后重新启动网关' },
    ),
  };
}

function explained(status: Status, { code, message }: CozeFinding): Finding {
  const [en, zh] = [split(message.en, /; /), split(message.zh, /；/)];
  const text: Text = { en: en[0], zh: zh[0] };
  if (en[1] === '' || zh[1] === '') return { about: code, status, message };
  return { about: code, status, message: text, remedy: { en: en[1], zh: zh[1] } };
}

/** Findings say what is wrong and, after the first semicolon, what to do. */
function split(text: string, mark: RegExp): [string, string] {
  const position = text.search(mark);
  if (position < 0) return [text, ''];
  return [text.slice(0, position), text.slice(position + 1).trim()];
}
