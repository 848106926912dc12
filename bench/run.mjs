/**
 * npm run bench [name …] – runs the benchmarks one after the other, each in a process of its own,
 * prints the table and writes it to bench/results/. Figures of one row come from one run.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const suffix = '.bench.ts';
const all = readdirSync(join(here, 'src'))
  .filter((file) => file.endsWith(suffix))
  .map((file) => file.slice(0, -suffix.length));
const wanted = process.argv.slice(2);
const names = wanted.length > 0 ? all.filter((name) => wanted.includes(name)) : all;

if (!existsSync(join(here, 'node_modules', 'penpal'))) {
  console.log('installing the peers to measure against …');
  spawnSync('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock'], {
    cwd: here,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
}

const work = join(here, '.work');
rmSync(work, { recursive: true, force: true });
mkdirSync(work, { recursive: true });
const rows = [];
for (const name of names) {
  console.log(`\n— ${name}`);
  const output = join(work, `${name}.json`);
  const { status } = spawnSync(
    process.execPath,
    ['--expose-gc', join(here, 'src', name + suffix), output],
    {
      stdio: 'inherit',
      timeout: 10 * 60_000,
    },
  );
  if (status === 0) rows.push(...JSON.parse(readFileSync(output, 'utf8')));
  else rows.push({ what: name, ours: 'failed', reference: '', note: `exit status ${status}` });
}

const table = [
  '| what | zcbot | reference in the same run | aim | note |',
  '| --- | --- | --- | --- | --- |',
  ...rows.map(
    (row) =>
      `| ${row.what} | ${row.ours} | ${row.reference ?? ''} | ${row.aim ?? ''} | ${row.note ?? ''} |`,
  ),
].join('\n');
const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown CPU'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, ${process.platform}`;
const report = `# Benchmarks\n\n${new Date().toISOString().slice(0, 10)}, ${machine}. Made by \`npm run bench\`; every row holds figures of one run, side by side.\nThe machine is shared: read the ratio to the reference, not the single figure.\n\n${table}\n`;
console.log(`\n${report}`);
if (wanted.length === 0) {
  mkdirSync(join(here, 'results'), { recursive: true });
  writeFileSync(join(here, 'results', 'latest.md'), report);
  writeFileSync(
    join(here, 'results', 'latest.json'),
    `${JSON.stringify({ machine, rows }, null, 2)}\n`,
  );
}
