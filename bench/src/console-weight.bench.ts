/** What the embedded console costs before one can type: requests and bytes as sent (gzip). */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { launchBrowser } from './browser.ts';
import { startHostPage } from './host-page.ts';
import { Measured } from './process.ts';
import { report } from './report.ts';

const PEERS = [
  { name: '@n8n/chat@1.37.0', file: 'dist/chat.bundle.es.js' },
  { name: '@coze/chat-sdk@0.1.11-beta.19', file: 'dist/lib-h5/exports/index.js' },
];

/** The peer's bundle out of its tarball; nothing of it is installed or run. */
function peerKilobytes({ name, file }: (typeof PEERS)[number]): string {
  const folder = mkdtempSync(join(tmpdir(), 'zcbot-peer-'));
  try {
    const tarball = execFileSync('npm', ['pack', name, '--silent'], {
      cwd: folder,
      encoding: 'utf8',
    }).trim();
    execFileSync('tar', ['xzf', tarball], { cwd: folder });
    const bytes = gzipSync(readFileSync(join(folder, 'package', file)), { level: 9 }).length;
    return `${name} ${(bytes / 1000).toFixed(0)} KB`;
  } catch {
    return `${name} not available`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const zcbot = await Measured.start('./zcbot.process.ts');
const userId = randomUUID();
const host = await startHostPage(async () => ({
  token: await zcbot.loginAs(userId),
  user_id: userId,
}));
const browser = await launchBrowser();
const page = await browser.newPage();
const sent: { type: string; bytes: number }[] = [];
let interactive = false;
page.on('response', (response) => {
  if (interactive || !response.url().startsWith(zcbot.url)) return;
  const type = response.request().resourceType();
  if (!['document', 'script', 'stylesheet', 'font', 'image'].includes(type)) return;
  void response
    .request()
    .sizes()
    .then(({ responseBodySize }) => sent.push({ type, bytes: responseBodySize }));
});
await page.goto(host.origin);
await page.evaluate(
  ({ origin, parent }) => {
    const frame = document.createElement('iframe');
    addEventListener('message', (event) => {
      if (event.origin !== origin || event.data?.type !== 'zcbot-ready') return;
      void (async () => {
        const session = (await (
          await fetch('/api/zcbot-token', { method: 'POST' })
        ).json()) as object;
        frame.contentWindow!.postMessage({ type: 'zcbot-token', ...session }, origin);
      })();
    });
    frame.src = `${origin}/static/dev.html?embed=1&parent_origin=${parent}`;
    document.body.append(frame);
  },
  { origin: zcbot.url, parent: host.origin },
);
await page.frameLocator('iframe').getByTestId('composer').waitFor();
interactive = true;
await page.waitForTimeout(500);
await browser.close();
host.stop();
await zcbot.stop();

const kilobytes = (type: string): string =>
  (
    sent.filter((one) => one.type === type).reduce((sum, { bytes }) => sum + bytes, 0) / 1000
  ).toFixed(1);
report([
  {
    what: 'embedded console before one can type',
    ours: `JS ${kilobytes('script')} KB, CSS ${kilobytes('stylesheet')} KB, ${sent.length} requests`,
    reference: PEERS.map(peerKilobytes).join('; '),
    aim: 'JS ≤ 120 KB, CSS ≤ 20 KB, ≤ 4 requests',
    note: 'compressed, as sent; the peers are one bundle each (gzip -9), widgets without a task list',
  },
]);
process.exit(0);
