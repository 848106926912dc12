/** `--embed <origin>`: whether pages of that origin may embed the console. */
import { isLoopbackOrigin, parseOrigin } from '@zcbot/protocol/embed';
import { finding, printable, type Check, type Finding } from '../check.ts';
import { NO_CONSOLE } from '../not-checked.ts';
import type { Surroundings } from '../surroundings.ts';

export const embed: Check = {
  id: 'embed',
  what: { en: 'Embedding', zh: '嵌入' },
  async run(surroundings, signal) {
    const { embedOrigin: origin } = surroundings;
    if (origin === undefined) return [];
    const malformed = originFault(origin);
    if (malformed) return [{ about: 'origin', ...malformed }];
    return [
      {
        about: 'origin',
        ...finding('ok', { en: `${origin} is an origin`, zh: `${origin} 格式正确` }),
      },
      ...(await registered(origin, surroundings, signal)),
      ...reachable(origin, surroundings),
    ];
  },
};

function originFault(origin: string): Finding | null {
  const shown = printable(origin);
  if ('fault' in parseOrigin(origin)) {
    return finding(
      'fail',
      { en: `“${shown}” is not an origin`, zh: `“${shown}”不是 origin` },
      {
        en: 'write what location.origin gives on the platform’s page, such as https://portal.example.com',
        zh: '请填写平台页面上 location.origin 的值，例如 https://portal.example.com',
      },
    );
  }
  if (origin.includes('[')) {
    return finding(
      'fail',
      {
        en: `${shown} is an IPv6 literal, which frame-ancestors never matches`,
        zh: `${shown} 是 IPv6 字面地址，frame-ancestors 永远不会匹配它`,
      },
      { en: 'use a host name', zh: '请使用主机名' },
    );
  }
  if (origin.startsWith('http:') && !isLoopbackOrigin(origin)) {
    return finding(
      'fail',
      { en: `${shown} is not https`, zh: `${shown} 不是 https` },
      { en: 'serve the platform by https', zh: '请让平台使用 https' },
    );
  }
  return null;
}

/** What the running console really sends; without one, what its settings say. */
async function registered(
  origin: string,
  surroundings: Surroundings,
  signal: AbortSignal,
): Promise<Finding[]> {
  if (!(await surroundings.console())) {
    const own = surroundings.server.parentOrigins.includes(origin);
    return [
      { about: 'registered', ...(own ? listed(origin) : unlisted(origin)) },
      { about: 'csp', ...NO_CONSOLE },
    ];
  }
  const base = surroundings.server.publicOrigin ?? surroundings.consoleUrl;
  const query = new URLSearchParams({ embed: '1', parent_origin: origin });
  let answer: Response;
  try {
    answer = await fetch(`${base}/static/dev.html?${query}`, { redirect: 'manual', signal });
  } catch {
    return [{ about: 'csp', ...unreachable(base) }];
  }
  await answer.body?.cancel();
  if (answer.status === 403) return [{ about: 'registered', ...unlisted(origin) }];
  if (answer.status !== 200) {
    const text = {
      en: `${base} answers ${answer.status} for the embedded page`,
      zh: `${base} 对嵌入页面返回 ${answer.status}`,
    };
    return [{ about: 'registered', ...finding('fail', text, LOOK_BETWEEN) }];
  }
  return [
    { about: 'registered', ...listed(origin) },
    { about: 'csp', ...policyFinding(answer.headers, origin) },
  ];
}

function policyFinding(headers: Headers, origin: string): Finding {
  const policy = headers.get('content-security-policy') ?? '';
  // Several policies arrive joined by commas, and each of them must let the parent in (CSP3 §4.4).
  const ancestors = policy
    .split(/[;,]/)
    .map((directive) => directive.trim())
    .filter((directive) => directive.startsWith('frame-ancestors'));
  const sent = printable(ancestors.join(' | '));
  if (ancestors.length === 0 || ancestors.some((each) => each !== `frame-ancestors ${origin}`)) {
    return finding(
      'fail',
      {
        en: `the CSP sent says ${sent || 'nothing about frame-ancestors'}, not ${origin}`,
        zh: `发送的 CSP 为 ${sent || '（没有 frame-ancestors）'}，而不是 ${origin}`,
      },
      LOOK_BETWEEN,
    );
  }
  const frameOptions = headers.get('x-frame-options');
  if (frameOptions !== null) {
    return finding(
      'warn',
      {
        en: `X-Frame-Options: ${printable(frameOptions)} is sent as well; old browsers obey it`,
        zh: `同时发送了 X-Frame-Options: ${printable(frameOptions)}，旧浏览器会遵守它`,
      },
      LOOK_BETWEEN,
    );
  }
  return finding('ok', { en: `CSP sent: ${sent}`, zh: `发送的 CSP：${sent}` });
}

/** A page on the internet cannot open the console's loopback address. */
function reachable(origin: string, { server, consoleUrl }: Surroundings): Finding[] {
  if (isLoopbackOrigin(origin) || server.publicOrigin !== undefined) return [];
  return [
    {
      about: 'public-origin',
      ...finding(
        'warn',
        {
          en: `ZCBOT_PUBLIC_ORIGIN is not set: to other machines ${consoleUrl} means nothing`,
          zh: `没有设置 ZCBOT_PUBLIC_ORIGIN：其他机器打不开 ${consoleUrl}`,
        },
        {
          en: 'set it to the console’s own https origin, such as https://zcbot.example.com',
          zh: '请设为控制台自己的 https origin，例如 https://zcbot.example.com',
        },
      ),
    },
  ];
}

function listed(origin: string): Finding {
  return finding('ok', { en: `${origin} may embed the console`, zh: `${origin} 可以嵌入控制台` });
}

function unlisted(origin: string): Finding {
  return finding(
    'fail',
    { en: `${origin} is not registered`, zh: `${origin} 没有登记` },
    {
      en: `add it to ZCBOT_PARENT_ORIGINS and start the console again: ZCBOT_PARENT_ORIGINS=${origin}`,
      zh: `请加入 ZCBOT_PARENT_ORIGINS 并重启控制台：ZCBOT_PARENT_ORIGINS=${origin}`,
    },
  );
}

function unreachable(base: string): Finding {
  return finding(
    'fail',
    { en: `${base} cannot be reached from here`, zh: `从本机无法连接 ${base}` },
    {
      en: 'check ZCBOT_PUBLIC_ORIGIN and the reverse proxy behind it',
      zh: '请检查 ZCBOT_PUBLIC_ORIGIN 及其后的反向代理',
    },
  );
}

const LOOK_BETWEEN = {
  en: 'look at the reverse proxy in front of the console: it must pass the headers on unchanged',
  zh: '请检查控制台前面的反向代理：它必须原样传递响应头',
};
