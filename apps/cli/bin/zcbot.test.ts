import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { BIN, PRETEND_OLD, run } from '../src/testing/zcbot-process.ts';

describe('started by an old Node', () => {
  test('it hands over to the Node of the npm package', async () => {
    const { code, stdout, stderr } = await run(['version'], { nodeArguments: PRETEND_OLD });
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^zcbot \d+\.\d+\.\d+ \(Node 2[4-9]\./);
    expect(code).toBe(0);
  });

  test('the exit code comes through', async () => {
    expect((await run(['nonsense'], { nodeArguments: PRETEND_OLD })).code).toBe(2);
  });

  test('stdin and arguments come through', async () => {
    const { stderr } = await run(['user', 'add', '--password-stdin', 'a', 'b'], {
      nodeArguments: PRETEND_OLD,
      stdin: 'secret',
    });
    expect(stderr).toContain('exactly one argument');
  });

  test('without that package it says what to do', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'zcbot-bin-'));
    try {
      await mkdir(path.join(folder, 'bin'));
      await copyFile(BIN, path.join(folder, 'bin/zcbot.js'));
      await writeFile(path.join(folder, 'package.json'), '{"type":"module"}');
      const bin = path.join(folder, 'bin/zcbot.js');
      const { code, stderr } = await run(['version'], { nodeArguments: PRETEND_OLD, bin });
      expect(stderr).toMatch(/needs Node 24 .* this is Node 20\.20\.2.*npm ci/s);
      expect(code).toBe(1);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
