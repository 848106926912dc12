/** The real `zcbot` command as a child process, for tests. */
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const BIN = fileURLToPath(new URL('../../bin/zcbot.js', import.meta.url));
/** Makes a Node believe it is an old one, so that the hand-over is tested on every machine. */
export const PRETEND_OLD = [
  '--import',
  `data:text/javascript,Object.defineProperty(process.versions,"node",{value:"20.20.2"})`,
];
const OUTPUT_TIMEOUT_MS = 40_000;

export interface ZcbotProcess {
  child: ChildProcess;
  /** stdout and stderr so far. */
  output(): { stdout: string; stderr: string };
  /** Resolves with everything printed once `pattern` is in it; rejects when it ends before. */
  until(pattern: RegExp): Promise<string>;
  ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
}

export interface ZcbotOptions {
  environment?: Record<string, string>;
  stdin?: string;
  nodeArguments?: string[];
  bin?: string;
}

/** The settings of a developer's own environment and `.env` play no part. */
const NEUTRAL = {
  PLATFORM_KEY: '',
  PLATFORM_KEY_PREVIOUS: '',
  JWT_SECRET: '',
  JWT_SECRET_PREVIOUS: '',
  DATABASE_URL: '',
  ZCBOT_HOST: '',
  ZCBOT_PUBLIC_ORIGIN: '',
  ZCBOT_PARENT_ORIGINS: '',
  ZCBOT_JWT_TTL_SECONDS: '',
  ZCBOT_CORS_ORIGINS: '',
  ZCBOT_TRUSTED_PROXIES: '',
  COZE_OAUTH_CONFIG: '',
  COZE_PAT: '',
  COZE_PAT_FORCE: '',
  COZE_BOT_ID: '',
  COZE_API_BASE: '',
  COZE_GATEWAY_HOST: '',
  COZE_ALLOWED_ORIGINS: '',
  COZE_SESSION_NAMES: '',
  COZE_ALLOWED_HOSTS: '',
  COZE_ALLOWED_PRIVATE: '',
  COZE_PROXY_RATE_LIMIT: '',
  COZE_PROXY_MAX_BODY: '',
  COZE_PROXY_MAX_CONCURRENCY: '',
  LC_ALL: 'C.UTF-8',
};

export function zcbot(args: string[], options: ZcbotOptions = {}): ZcbotProcess {
  const { environment = {}, stdin = '', nodeArguments = [], bin = BIN } = options;
  const child = spawn(process.execPath, [...nodeArguments, bin, ...args], {
    env: { ...process.env, ...NEUTRAL, ...environment },
    stdio: 'pipe',
  });
  let stdout = '';
  let stderr = '';
  const listeners = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    for (const listener of listeners) listener();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    for (const listener of listeners) listener();
  });
  child.stdin.on('error', () => {});
  child.stdin.end(stdin);
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
  const until = (pattern: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const fail = (why: string) =>
        reject(new Error(`${why} without ${String(pattern)}:\n${stdout}${stderr}`));
      const timer = setTimeout(fail, OUTPUT_TIMEOUT_MS, 'waited');
      const look = () => {
        if (!pattern.test(stdout + stderr)) return;
        clearTimeout(timer);
        listeners.delete(look);
        resolve(stdout + stderr);
      };
      listeners.add(look);
      look();
      void ended.then(({ code }) => {
        clearTimeout(timer);
        fail(`ended with ${code}`);
      });
    });
  return { child, output: () => ({ stdout, stderr }), until, ended };
}

export function run(args: string[], options: ZcbotOptions = {}) {
  return zcbot(args, options).ended;
}
