import { expect, test } from 'vitest';
import { run, SetupError } from './progress.mjs';

const node = (code: string, timeoutMs = 10_000) =>
  run('trying', process.execPath, ['-e', code], { timeoutMs });

test('gives back what the program printed', async () => {
  expect(await node('console.log("out"); console.error("err")')).toMatch(/out|err/);
});

test('a failure shows the end of what the program printed', async () => {
  const failing = node('for (let i = 0; i < 99; i++) console.log("line " + i); process.exit(3)');
  const error: unknown = await failing.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(SetupError);
  expect((error as Error).message).toMatch(/^trying failed after .* \(exit code 3\)\n/);
  expect((error as Error).message).toContain('line 98');
  expect((error as Error).message).not.toContain('line 5\n');
});

test('a program that hangs is ended', async () => {
  await expect(node('setInterval(() => {}, 1000)', 300)).rejects.toThrow('ended by SIGKILL');
});

test('a program that is not there is a failure like any other', async () => {
  const missing = run('trying', '/nonexistent/program', [], { timeoutMs: 1_000 });
  await expect(missing).rejects.toThrow(/trying failed .*ENOENT/);
});
