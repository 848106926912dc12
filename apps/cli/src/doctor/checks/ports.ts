/** Who listens on our ports: nobody, we, or whom. */
import { createServer } from 'node:net';
import type { Text } from '../../terminal/language.ts';
import { versionNumber } from '../../version.ts';
import type { Check, Finding } from '../check.ts';
import { askPortal } from '../listeners.ts';
import { portOwner } from '../port-owner.ts';
import type { Surroundings } from '../surroundings.ts';

interface Port {
  about: string;
  name: Text;
  port: number;
  host: string;
  setting: string;
  start: string;
  /** Null: not ours. The version where it tells it. */
  ours: () => Promise<{ version?: string } | null>;
  /** Only `npm start` uses it, so that its being taken breaks nothing else. */
  optional?: boolean;
}

export const ports: Check = {
  id: 'port',
  what: { en: 'Ports', zh: '端口' },
  run: (surroundings) => Promise.all(listed(surroundings).map(look)),
};

function listed({ gateway, server, ...around }: Surroundings): Port[] {
  const portalUrl = `http://127.0.0.1:${around.portalPort}`;
  return [
    {
      about: 'console',
      name: { en: 'console', zh: '控制台' },
      port: server.port,
      host: server.host,
      setting: 'ZCBOT_PORT',
      start: 'npx zcbot serve',
      ours: async () => ((await around.console()) ? {} : null),
    },
    {
      about: 'portal',
      name: { en: 'example platform', zh: '示例平台' },
      port: around.portalPort,
      host: '127.0.0.1',
      setting: 'ZCBOT_PORTAL_PORT',
      start: 'npm start',
      ours: async () => ((await askPortal(portalUrl)) ? {} : null),
      optional: true,
    },
    {
      about: 'proxy',
      name: { en: 'CORS proxy', zh: 'CORS 代理' },
      port: gateway.proxyPort,
      host: gateway.host,
      setting: 'COZE_PROXY_PORT',
      start: 'npx zcbot gateway',
      ours: around.proxy,
    },
    {
      about: 'broker',
      name: { en: 'token broker', zh: '令牌服务' },
      port: gateway.authPort,
      host: gateway.host,
      setting: 'COZE_AUTH_PORT',
      start: 'npx zcbot gateway',
      ours: around.broker,
    },
  ];
}

async function look(entry: Port): Promise<Finding> {
  const { about, name, port, setting } = entry;
  const what = { en: `Port ${port}`, zh: `端口 ${port}` };
  if (port === 0) {
    return {
      about,
      what: name,
      status: 'skip',
      message: { en: `${setting}=0: any free port`, zh: `${setting}=0：任意空闲端口` },
    };
  }
  const ours = await entry.ours();
  if (ours) return { about, what, ...(await own(entry, ours.version)) };
  const fault = await listenFault(port, entry.host);
  if (fault === null) {
    return {
      about,
      what,
      status: 'ok',
      message: {
        en: `free; the ${name.en} does not run`,
        zh: `空闲；${name.zh}没有运行`,
      },
      remedy: { en: `start it: ${entry.start}`, zh: `启动：${entry.start}` },
    };
  }
  return { about, what, ...(await blocked(entry, fault)) };
}

async function own({ name, start }: Port, version: string | undefined): Promise<Finding> {
  const current = await versionNumber();
  if (version !== undefined && version !== current) {
    return {
      status: 'warn',
      message: {
        en: `the ${name.en} runs, as version ${version}; this is ${current}`,
        zh: `${name.zh}正在运行，版本为 ${version}，而当前是 ${current}`,
      },
      remedy: { en: `stop it and start again: ${start}`, zh: `请停止后重新启动：${start}` },
    };
  }
  return {
    status: 'ok',
    message: { en: `ours: the ${name.en} runs`, zh: `${name.zh}正在运行` },
  };
}

async function blocked({ name, port, host, setting, ...entry }: Port, code: string) {
  const status = entry.optional ? ('warn' as const) : ('fail' as const);
  if (code !== 'EADDRINUSE') {
    return {
      status,
      message: {
        en: `the ${name.en} could not listen on ${host}:${port} (${code})`,
        zh: `${name.zh}无法监听 ${host}:${port}（${code}）`,
      },
      remedy: {
        en: `choose another port or address: ${setting}=${port < 1024 ? port + 8000 : port + 1}`,
        zh: `请换一个端口或地址：${setting}=${port < 1024 ? port + 8000 : port + 1}`,
      },
    };
  }
  const owner = (await portOwner(port)) ?? { en: 'another program', zh: '别的程序' };
  const other = port < 65_535 ? port + 1 : port - 1;
  return {
    status,
    message: {
      en: `taken by ${owner.en}, which is not our ${name.en}`,
      zh: `被${owner.zh}占用，它不是${name.zh}`,
    },
    remedy: {
      en: `stop it, or choose another port: ${setting}=${other}`,
      zh: `请停止它，或换一个端口：${setting}=${other}`,
    },
  };
}

/** Null when a server could listen there. */
async function listenFault(port: number, host: string): Promise<string | null> {
  const server = createServer();
  const code = await new Promise<string | null>((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'));
    server.listen({ port, host, exclusive: true }, () => resolve(null));
  });
  if (code === null) await new Promise((resolve) => server.close(resolve));
  return code;
}
