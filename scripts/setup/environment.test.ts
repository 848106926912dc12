import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { systemChromium } from './browser.mjs';
import { npmCommand, projectNode } from './node.mjs';
import { SetupError } from './progress.mjs';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'zcbot-setup-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true, force: true });
});

async function program(place: string, text: string): Promise<string> {
  const file = path.join(root, place);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
  await chmod(file, 0o755);
  return file;
}

describe.skipIf(process.platform === 'win32')('the browser', () => {
  test('CHROMIUM_PATH comes first, and one that cannot be run is an error', async () => {
    const given = await program('mine', '#!/bin/sh\n');
    vi.stubEnv('CHROMIUM_PATH', given);
    expect(systemChromium()).toBe(given);
    await chmod(given, 0o644);
    expect(() => systemChromium()).toThrow(SetupError);
  });

  test('is found on PATH under its usual names', async () => {
    vi.stubEnv('CHROMIUM_PATH', '');
    vi.stubEnv('PATH', path.join(root, 'bin'));
    const chrome = await program('bin/google-chrome', '#!/bin/sh\n');
    if (process.platform === 'linux') expect(systemChromium()).toBe(chrome);
    const chromium = await program('bin/chromium', '#!/bin/sh\n');
    expect(systemChromium()).toBe(chromium);
  });
});

describe.skipIf(process.platform === 'win32')('Node', () => {
  const inside = 'node_modules/node/bin/node';

  test('the project has its own, when it is new enough', async () => {
    const own = await program(inside, '#!/bin/sh\necho v24.21.0\n');
    expect(projectNode(root)).toBe(own);
  });

  test('one that is too old or broken is not used', async () => {
    await program(inside, '#!/bin/sh\necho v20.20.2\n');
    expect(projectNode(root)).toBe(process.execPath);
    await program(inside, 'no program at all');
    expect(projectNode(root)).toBe(process.execPath);
  });

  test('npm runs under the Node outside, since it replaces the one inside', async () => {
    await program(inside, '');
    await program('node_modules/.bin/node', '');
    const outside = await program('usr/bin/node', '');
    const folders = ['node_modules/.bin', 'usr/bin'].map((folder) => path.join(root, folder));
    vi.stubEnv('PATH', folders.join(path.delimiter));
    vi.stubEnv('npm_execpath', '/usr/lib/node_modules/npm/bin/npm-cli.js');
    const { command, args, env } = npmCommand(root);
    expect(command).toBe(outside);
    expect(args).toEqual(['/usr/lib/node_modules/npm/bin/npm-cli.js']);
    expect(env.PATH).toBe(path.join(root, 'usr/bin'));
  });
});
