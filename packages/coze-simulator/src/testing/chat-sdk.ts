/**
 * Coze's official browser SDK for tests. It cannot be a dependency: a package below it downloads
 * things when installed. Its tarball alone is enough, with React's UMD builds beside it; nothing of
 * them runs outside the browser. Kept in node_modules/.cache, so fetched once.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { spawn } from 'node:child_process';

/** Pinned by content: what npm gives must be these very bytes. */
const PACKAGES = [
  {
    name: '@coze/chat-sdk',
    version: '0.1.11-beta.19',
    tarball: 'coze-chat-sdk-0.1.11-beta.19.tgz',
    sha512:
      'DRZ1yuWhYiiOZfbAiD9ifCVA7TiC8Wia4SfkJs5O8kCgbujF2nJrekEWUD6nzt9ivY8oT6Ve/eXfq/jK4CSq6g==',
  },
  {
    name: 'react',
    version: '18.3.1',
    tarball: 'react-18.3.1.tgz',
    sha512:
      'wS+hAgJShR0KhEvPJArfuPVN1+Hz1t0Y6n5jLrGQbkb4urgPE/0Rve+1kMB1v/oWgHgm4WIcV+i7F2pTVj+2iQ==',
  },
  {
    name: 'react-dom',
    version: '18.3.1',
    tarball: 'react-dom-18.3.1.tgz',
    sha512:
      '5m4nQKp+rZRb09LNH59GM4BxTh9251/ylbKIbpe7TpGxfJ+9kv6BLkLBXIjjspbgbnIBNqlI23tRnTWT0snUIw==',
  },
] as const;

const TIMEOUT_MS = 120_000;
const CACHE = path.join(import.meta.dirname, '../../node_modules/.cache/chat-sdk');

/** Absolute paths. Load react, reactDom and script in this order, as classic scripts. */
export interface ChatSdkFiles {
  react: string;
  reactDom: string;
  /** UMD; its exports (ChatFramework, ChatSlot, ChatType, Language, …) become `window.default`. */
  script: string;
  style: string;
  /** To be served as `/chunk/`. */
  chunkFolder: string;
}

/** @throws Error when npm cannot get a package, or it is not the expected one */
export async function fetchChatSdk(): Promise<ChatSdkFiles> {
  await mkdir(CACHE, { recursive: true });
  const [sdk, react, reactDom] = (await Promise.all(PACKAGES.map(unpacked))) as [
    string,
    string,
    string,
  ];
  return {
    react: path.join(react, 'umd/react.production.min.js'),
    reactDom: path.join(reactDom, 'umd/react-dom.production.min.js'),
    script: path.join(sdk, 'dist/lib-h5/exports/index.js'),
    style: path.join(sdk, 'dist/lib-h5/css/exports/index.css'),
    chunkFolder: path.join(sdk, 'dist/lib-h5/chunk'),
  };
}

async function unpacked(wanted: (typeof PACKAGES)[number]): Promise<string> {
  const { name, version, tarball, sha512 } = wanted;
  const place = path.join(CACHE, tarball.replace(/\.tgz$/, ''));
  if (existsSync(place)) return path.join(place, 'package');
  const work = await mkdtemp(path.join(CACHE, 'work-'));
  try {
    await run('npm', ['pack', `${name}@${version}`, '--pack-destination', work, '--silent']);
    const found = createHash('sha512').update(await readFile(path.join(work, tarball)));
    if (found.digest('base64') !== sha512) throw new Error(`${name}@${version} is another package`);
    await run('tar', ['-xzf', path.join(work, tarball), '-C', work]);
    await rm(path.join(work, tarball));
    // Somebody else may have been faster; the content is the same.
    await rename(work, place).catch((error: unknown) => {
      if (!existsSync(place)) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return path.join(place, 'package');
}

async function run(command: string, parameters: string[]): Promise<void> {
  // Windows starts npm.cmd through a shell only; every parameter is made here.
  const shell = process.platform === 'win32' && command === 'npm';
  const child = spawn(command, parameters, { stdio: 'ignore', shell, timeout: TIMEOUT_MS });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  if (code !== 0) throw new Error(`${command} ${parameters[0]} ${parameters[1]} failed`);
}
