/**
 * Chromium for the browser tests, by the first way that works: one that is there, Debian's package
 * when this is root, Playwright's own download. Screenshots of a Chinese interface are only honest
 * with a CJK font, so that comes with it.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import path from 'node:path';
import { projectNode } from './node.mjs';
import { run, say, SetupError } from './progress.mjs';

const APT_TIMEOUT_MS = 15 * 60_000;
const DOWNLOAD_TIMEOUT_MS = 10 * 60_000;
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const FIXED_PLACES = {
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ],
  win32: ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].map((variable) =>
    path.join(process.env[variable] ?? '', 'Google', 'Chrome', 'Application', 'chrome.exe'),
  ),
};

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * The system's Chromium: `CHROMIUM_PATH`, else the usual names on PATH, else the usual places.
 * @returns {string | undefined}
 * @throws {SetupError} when CHROMIUM_PATH names nothing that can be run
 */
export function systemChromium() {
  const given = process.env.CHROMIUM_PATH;
  if (given) {
    if (isExecutable(given)) return given;
    throw new SetupError(`CHROMIUM_PATH names no program that can be run: ${given}`);
  }
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean);
  const onPath = NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  const { platform } = process;
  const fixed = platform === 'darwin' || platform === 'win32' ? FIXED_PLACES[platform] : [];
  return [...onPath, ...fixed].find(isExecutable);
}

/**
 * Where Playwright keeps the Chromium of its own, if it has been downloaded.
 * @param {string} root
 */
function downloadedChromium(root) {
  const ask = 'process.stdout.write(require("playwright-core").chromium.executablePath())';
  const { stdout } = spawnSync(projectNode(root), ['-e', ask], { cwd: root, encoding: 'utf8' });
  return stdout && existsSync(stdout) ? stdout : undefined;
}

/** @returns {boolean} whether a CJK font is known; true where there is no way to ask */
function hasCjkFont() {
  if (process.platform !== 'linux') return true;
  const { status, stdout } = spawnSync('fc-list', [':lang=zh-cn', 'family'], { encoding: 'utf8' });
  return status === 0 && stdout.trim() !== '';
}

function mayUseApt() {
  return process.getuid?.() === 0 && isExecutable('/usr/bin/apt-get');
}

/** @param {string[]} packages */
async function aptInstall(packages) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = { env, timeoutMs: APT_TIMEOUT_MS };
  await run('apt-get update', '/usr/bin/apt-get', ['update', '-q'], options);
  const args = ['install', '-y', '-q', '--no-install-recommends', ...packages];
  await run(`apt-get install ${packages.join(' ')}`, '/usr/bin/apt-get', args, options);
}

/** @param {string} root */
async function download(root) {
  const cli = path.join(root, 'node_modules', 'playwright', 'cli.js');
  const timeoutMs = DOWNLOAD_TIMEOUT_MS;
  await run('downloading Chromium', projectNode(root), [cli, 'install', 'chromium'], {
    cwd: root,
    timeoutMs,
  });
}

/** @param {string} message the failure and, below it, the end of the program's output */
function gist(message) {
  const [failure, ...output] = message.split('\n');
  const reason = output.find((line) => /^(E|Err|Error|W):/.test(line));
  return reason === undefined ? String(failure) : `${failure}: ${reason}`;
}

/**
 * @param {string} root
 * @throws {SetupError} one line saying what to install, when nothing works
 */
export async function ensureBrowser(root) {
  const chromiumMissing = systemChromium() === undefined && downloadedChromium(root) === undefined;
  const missing = [
    ...(chromiumMissing ? ['chromium'] : []),
    ...(hasCjkFont() ? [] : ['fonts-noto-cjk']),
  ];
  /** @type {string[]} */
  const reasons = [];
  /** @param {() => Promise<void>} way */
  const attempt = async (way) => {
    try {
      await way();
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      reasons.push(gist(error.message));
    }
  };

  if (missing.length > 0 && mayUseApt()) await attempt(() => aptInstall(missing));
  if (chromiumMissing && systemChromium() === undefined) await attempt(() => download(root));

  if (systemChromium() === undefined && downloadedChromium(root) === undefined) {
    throw new SetupError(
      [
        ...reasons,
        'The browser tests need Chromium: install it (Debian and Ubuntu: apt-get install chromium ' +
          'fonts-noto-cjk), or name one by CHROMIUM_PATH.',
      ].join('\n'),
    );
  }
  if (!hasCjkFont()) {
    say('no Chinese font found: install fonts-noto-cjk, or screenshots show empty boxes');
  }
}
