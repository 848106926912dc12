import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { PLATFORM_KEY } from './testing/fake-zcbot.ts';

const program = fileURLToPath(new URL('server.mjs', import.meta.url));

function start(env: Record<string, string>) {
  const child = spawn(process.execPath, [program], { env });
  const output = { text: '' };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output.text += text));
  }
  return { child, output };
}

it('refuses to start without a platform key, naming the variable', async () => {
  const { child, output } = start({ PORT: '0' });
  const [code] = await once(child, 'close');
  expect(code).toBe(1);
  expect(output.text).toContain('ZCBOT_PLATFORM_KEY');
  expect(output.text).not.toContain('    at ');
});

it('names every fault of its configuration at once, and never the key', async () => {
  const { child, output } = start({
    PORT: '70000',
    ZCBOT_ORIGIN: 'https://zcbot.example.com/',
    ZCBOT_PLATFORM_KEY: PLATFORM_KEY,
  });
  const [code] = await once(child, 'close');
  expect(code).toBe(1);
  expect(output.text).toMatch(/PORT[\s\S]*ZCBOT_ORIGIN/);
  expect(output.text).not.toContain(PLATFORM_KEY);
});

it('prints one line when it listens, and SIGTERM ends it at once', async () => {
  const { child, output } = start({ PORT: '0', ZCBOT_PLATFORM_KEY: PLATFORM_KEY });
  await once(child.stdout, 'data');
  expect(output.text).toMatch(/^portal listening on http:\/\/127\.0\.0\.1:\d+\n$/);
  // An open connection must not keep it.
  const address = output.text.trim().split(' ').at(-1)!;
  await fetch(`${address}/login`);
  const asked = performance.now();
  child.kill('SIGTERM');
  await once(child, 'close');
  expect(performance.now() - asked).toBeLessThan(2000);
});
