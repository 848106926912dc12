/** Everything that is measured, and how a request through it is written. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { MeasuredProcess } from './measured-process.ts';
import { startNative, type NativeName } from './native-servers.ts';

export interface Contender {
  name: string;
  version: string;
  /** Undefined for the row without a proxy. */
  start: ((upstream: URL) => Promise<MeasuredProcess>) | undefined;
  /** What stands before the upstream's path in an address. */
  prefix: (upstream: URL) => string;
}

/** A contender that runs; `process` is replaced when it died of a test. */
export interface Running {
  contender: Contender;
  process: MeasuredProcess | undefined;
  url: (path: string) => string;
}

const OPEN = (upstream: URL): string => `/${upstream.origin}`;
const FIXED = (): string => '';

const PEERS: [name: string, prefix: Contender['prefix']][] = [
  ['cors-anywhere', OPEN],
  ['cors-anywhere+keep-alive', OPEN],
  ['local-cors-proxy', () => '/proxy'],
  ['http-proxy-middleware', FIXED],
  ['http-proxy-middleware+keep-alive', FIXED],
  ['@fastify/http-proxy', FIXED],
  ['httpxy', FIXED],
  ['http-proxy-3', FIXED],
  ['http-proxy-3+keep-alive', FIXED],
];

const VERSION_FLAG: Record<NativeName, string> = { nginx: '-v', haproxy: '-v', caddy: 'version' };

export function contenders(options: { zcbotVersion: string; variants: boolean }): {
  present: Contender[];
  absent: string[];
} {
  const present: Contender[] = [
    { name: 'no proxy', version: '', start: undefined, prefix: FIXED },
    {
      name: 'zcbot',
      version: options.zcbotVersion,
      prefix: OPEN,
      start: (upstream) =>
        MeasuredProcess.node('./zcbot-proxy.process.ts', { BENCH_UPSTREAM: upstream.origin }),
    },
  ];
  const absent: string[] = [];
  for (const name of ['nginx', 'haproxy', 'caddy'] as const) {
    const answer = spawnSync(name, [VERSION_FLAG[name]], { encoding: 'utf8', timeout: 5_000 });
    const version = /\d+\.\d+\.\d+/.exec(`${answer.stdout} ${answer.stderr}`)?.[0];
    if (answer.error || version === undefined) absent.push(name);
    else {
      const start = (upstream: URL): Promise<MeasuredProcess> => startNative(name, upstream);
      present.push({ name, version, start, prefix: FIXED });
    }
  }
  for (const [name, prefix] of PEERS) {
    if (name.includes('+') && !options.variants) continue;
    const start = (upstream: URL): Promise<MeasuredProcess> =>
      MeasuredProcess.node(
        './peer.process.ts',
        { BENCH_UPSTREAM: upstream.origin, BENCH_PEER: name },
        true,
      );
    present.push({ name, version: installedVersion(name.split('+')[0]!), start, prefix });
  }
  return { present, absent };
}

export async function run(contender: Contender, upstream: URL): Promise<Running> {
  const running: Running = {
    contender,
    process: await contender.start?.(upstream),
    url: (path) => {
      const port = running.process?.port ?? upstream.port;
      return `http://127.0.0.1:${port}${contender.prefix(upstream)}${path}`;
    },
  };
  return running;
}

function installedVersion(packageName: string): string {
  const file = new URL(`../../node_modules/${packageName}/package.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
