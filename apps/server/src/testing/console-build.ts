/** For tests: a folder as `npm run build` leaves it, with one script and one style sheet. */
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';

export const SCRIPT = `console.log(${JSON.stringify('x'.repeat(5_000))});`;

const INDEX = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="zcbot-config" content="{}">
    <script type="module" src="/assets/index-test.js"></script>
    <link rel="stylesheet" href="/assets/index-test.css" />
  </head>
  <body>$& $1 stays</body>
</html>`;

export async function consoleDirectory(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'zcbot-console-'));
  await mkdir(join(folder, 'assets/fonts'), { recursive: true });
  await writeFile(join(folder, 'index.html'), INDEX);
  await writeFile(join(folder, 'assets/index-test.js'), SCRIPT);
  await writeFile(join(folder, 'assets/index-test.js.gz'), gzipSync(SCRIPT));
  await writeFile(join(folder, 'assets/index-test.js.br'), brotliCompressSync(SCRIPT));
  await writeFile(join(folder, 'assets/index-test.css'), 'body { margin: 0 }');
  await writeFile(join(folder, 'assets/fonts/text.woff2'), new Uint8Array([1, 2, 3]));
  return folder;
}
