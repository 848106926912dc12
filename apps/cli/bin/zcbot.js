#!/usr/bin/env node
/**
 * Plain JavaScript that an old Node understands too: started by one (called directly, by systemd),
 * it hands over to the Node 24 of the npm package `node`, which runs src/ as it is.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import nodeModule, { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NEEDED_MAJOR = 24;
const { enableCompileCache } = nodeModule;
const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'];

function newerNode() {
  try {
    const manifest = createRequire(import.meta.url).resolve('node/package.json');
    const name = process.platform === 'win32' ? 'node.exe' : 'node';
    const file = join(dirname(manifest), 'bin', name);
    return existsSync(file) ? file : null;
  } catch {
    return null;
  }
}

function handOver() {
  const node = newerNode();
  if (node === null) {
    console.error(
      `zcbot needs Node ${NEEDED_MAJOR} or newer; this is Node ${process.versions.node}, and the ` +
        `npm package "node" is not installed. Run "npm ci" in the project folder first.`,
    );
    process.exit(1);
  }
  // The channel tells the child when this process is gone, however it went.
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  for (const signal of FORWARDED) process.on(signal, (name) => child.kill(name));
  child.once('error', (error) => {
    console.error(`zcbot: Node ${NEEDED_MAJOR} could not be started: ${error.message}`);
    process.exit(1);
  });
  child.once('exit', (code, signal) => {
    if (signal === null) process.exit(code === null ? 1 : code);
    for (const name of FORWARDED) process.removeAllListeners(name);
    process.kill(process.pid, signal);
  });
}

if (Number(process.versions.node.split('.')[0]) < NEEDED_MAJOR) handOver();
else {
  // Keeps the stripped and compiled sources: the next start takes half the time and, without the
  // type stripper in memory, some 20 MiB less. A folder that cannot be written is no harm.
  enableCompileCache?.(
    fileURLToPath(new URL('../../../node_modules/.cache/zcbot', import.meta.url)),
  );
  const { main } = await import('../src/main.ts');
  process.exitCode = await main(process.argv.slice(2));
}
