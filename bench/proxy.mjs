/**
 * npm run bench:proxy [-- --quick] – the CORS proxy beside other proxies, all in one run. Prints the
 * tables and writes them to bench/results/ (--quick, up to 90 s: only prints). Linux: CPU time and
 * memory come from /proc.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const quick = process.argv.includes('--quick');
/** @param {string} path */
const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

if (process.platform !== 'linux') {
  console.error('bench:proxy needs Linux: it reads /proc.');
  process.exit(1);
}
const peers = Object.keys(readJson(join(here, 'package.json')).dependencies);
if (!peers.every((name) => existsSync(join(here, 'node_modules', name)))) {
  console.log('installing the peers to measure against …');
  spawnSync('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock'], {
    cwd: here,
    stdio: 'inherit',
  });
}

const { contenders } = await import('./src/proxy/contenders.ts');
const { measureAll } = await import('./src/proxy/measure.ts');
const { stopAll } = await import('./src/proxy/measured-process.ts');
const { tables } = await import('./src/proxy/tables.ts');

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => void stopAll().then(() => process.exit(130)));
}

const plan = {
  loadSeconds: 1,
  ...(quick
    ? { budgetMs: 60_000, limitMs: 80_000, streamRounds: 1, events: 20, aborts: 5, holdMs: 500 }
    : {
        budgetMs: 340_000,
        limitMs: 345_000,
        streamRounds: 2,
        events: 50,
        aborts: 10,
        holdMs: 1_000,
      }),
};

const { version } = readJson(join(here, '..', 'apps', 'gateway', 'package.json'));
const { present, absent } = contenders({ zcbotVersion: version, variants: !quick });
const startedAt = Date.now();
const busy = () => (loadavg()[0] ?? 0).toFixed(1);
const loadBefore = busy();
const { samples, generator, loadRounds } = await measureAll(present, plan);
const seconds = Math.round((Date.now() - startedAt) / 1000);
const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown CPU'}, Node ${process.version}`;
const load = `load average ${loadBefore} before, ${busy()} after`;

const report = `# Proxies, side by side

${new Date().toISOString().slice(0, 10)}, ${machine}, ${load}. Made by \`npm run bench:proxy\` in ${seconds} s: ${loadRounds} rounds of load, ${samples[0]?.streams.one.length ?? 0} of event streams, in turns.
Load by ${generator} from the same machine; everything on loopback, plain HTTP, one upstream in Node.${absent.length > 0 ? ` Not installed here: ${absent.join(', ')}.` : ''}
Other work on the machine only ever adds to CPU time and delay, so the minimum is the better estimate; requests per second and p99 depend on what else ran. Differences under 15 % mean nothing.
zcbot runs with all its checks (host and origin lists, limits, header filter). nginx, haproxy and caddy run on one core and do not buffer; \`+keep-alive\` is the same library given an agent that is not its default.

${tables(samples)}
`;
console.log(`\n${report}`);
if (!quick) {
  mkdirSync(join(here, 'results'), { recursive: true });
  writeFileSync(join(here, 'results', 'proxy.md'), report);
  const record = { machine, load, seconds, generator, loadRounds, plan, samples };
  writeFileSync(join(here, 'results', 'proxy.json'), `${JSON.stringify(record, null, 2)}\n`);
}
process.exit(0);
