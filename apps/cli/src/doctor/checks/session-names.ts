import { WEAK_NAME_BITS } from '@zcbot/coze/name-entropy';
import { finding, type Check } from '../check.ts';
import { NO_GATEWAY } from '../not-checked.ts';

/** On loopback the name is all that protects a session. */
export const sessionNames: Check = {
  id: 'session-names',
  what: { en: 'Session names', zh: '会话名' },
  async run({ gateway, broker }) {
    const raw =
      gateway.sessionNames === 'raw'
        ? [
            {
              about: 'raw',
              ...finding(
                'warn',
                {
                  en: 'COZE_SESSION_NAMES=raw: whoever knows or guesses a name sees that session',
                  zh: 'COZE_SESSION_NAMES=raw：知道或猜到会话名的人就能看到该会话',
                },
                {
                  en: 'keep it only for history that you still need; else remove it',
                  zh: '仅在需要保留旧聊天记录时使用，否则请去掉',
                },
              ),
            },
          ]
        : [];
    const facts = await broker();
    if (!facts) return [...raw, NO_GATEWAY];
    if (facts.weakNameSeen) {
      const weak = finding(
        'warn',
        {
          en: 'a program used a name that can be guessed since the gateway started',
          zh: '网关启动以来，有程序使用了容易猜到的会话名',
        },
        {
          en: `use names with at least ${WEAK_NAME_BITS} random bits, such as the userscript makes`,
          zh: `请使用至少含 ${WEAK_NAME_BITS} 位随机数的会话名，例如用户脚本生成的名字`,
        },
      );
      return [...raw, { about: 'weak', ...weak }];
    }
    if (raw.length > 0) return raw;
    return [
      finding('ok', {
        en: 'no guessable one was used since the gateway started',
        zh: '网关启动以来没有人使用容易猜到的会话名',
      }),
    ];
  },
};
