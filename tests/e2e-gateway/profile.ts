/** A browser profile with the manager in it: what one person has on one machine. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type BrowserContext, type Page, type Worker } from '@playwright/test';
import { chromiumLaunch } from '../setup/chromium.ts';

const MANAGER = fileURLToPath(new URL('manager', import.meta.url));

/** Which manager's way of giving answers is played; see manager/shim.js. */
export type Streaming = 'stream' | 'progress' | 'whole';

interface ManagerGlobals {
  register(code: string): Promise<void>;
  pressMenu(caption: string): void;
  menuCaptions(): string[];
  sent: { method: string; url: string; headers: Record<string, string> }[];
}

interface ExtensionPrivate {
  developerPrivate: {
    updateProfileConfiguration(change: object): Promise<void>;
    updateExtensionConfiguration(change: object): Promise<void>;
  };
}

export interface ProfileOptions {
  locale?: string;
  colorScheme?: 'light' | 'dark';
  viewport?: { width: number; height: number };
  hasTouch?: boolean;
  isMobile?: boolean;
  args?: string[];
}

export class Profile {
  readonly context: BrowserContext;
  readonly #folder: string;
  readonly #worker: Worker;

  private constructor(context: BrowserContext, folder: string, worker: Worker) {
    this.context = context;
    this.#folder = folder;
    this.#worker = worker;
  }

  static async open(options: ProfileOptions = {}): Promise<Profile> {
    const { args = [], ...looks } = options;
    const folder = await mkdtemp(path.join(tmpdir(), 'zcbot-profile-'));
    const launch = chromiumLaunch();
    const context = await chromium.launchPersistentContext(folder, {
      locale: 'zh-CN',
      ...looks,
      ...launch,
      headless: true,
      ignoreDefaultArgs: ['--disable-extensions'],
      args: [
        ...launch.args,
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        `--disable-extensions-except=${MANAGER}`,
        `--load-extension=${MANAGER}`,
        ...args,
      ],
    });
    const first = context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'));
    await allowUserScripts(context, new URL(first.url()).host);
    const worker = await workerWithUserScripts(context);
    return new Profile(context, folder, worker);
  }

  /** Installs a script as a manager would, from its text. */
  async install(
    script: string,
    options: { streaming?: Streaming; openShadow?: boolean } = {},
  ): Promise<void> {
    const { streaming = 'stream', openShadow = true } = options;
    const shim = await readFile(path.join(MANAGER, 'shim.js'), 'utf8');
    // Playwright sees into open shadow roots only.
    const opened = openShadow
      ? 'const attach = Element.prototype.attachShadow; Element.prototype.attachShadow = function (init) { return attach.call(this, { ...init, mode: "open" }); };'
      : '';
    const code = `(async () => { const SHIM = ${JSON.stringify(streaming)}; ${opened}\n${shim}\n${script}\n})();`;
    await this.#worker.evaluate(
      (text) => (globalThis as unknown as ManagerGlobals).register(text),
      code,
    );
  }

  async setValue(name: string, value: unknown): Promise<void> {
    await this.#worker.evaluate(
      ([key, data]) => chrome.storage.local.set({ [key as string]: data }),
      [name, value],
    );
  }

  async values(): Promise<Record<string, unknown>> {
    return this.#worker.evaluate(() => chrome.storage.local.get(null));
  }

  async menu(): Promise<string[]> {
    return this.#worker.evaluate(() => (globalThis as unknown as ManagerGlobals).menuCaptions());
  }

  async pressMenu(caption: string): Promise<void> {
    await this.#worker.evaluate(
      (text) => (globalThis as unknown as ManagerGlobals).pressMenu(text),
      caption,
    );
  }

  /** Requests that left through the manager. */
  async sent(): Promise<ManagerGlobals['sent']> {
    return this.#worker.evaluate(() => (globalThis as unknown as ManagerGlobals).sent);
  }

  newPage(): Promise<Page> {
    return this.context.newPage();
  }

  async close(): Promise<void> {
    await this.context.close();
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** `chrome.userScripts` is there only after the toggle on chrome://extensions. */
async function allowUserScripts(context: BrowserContext, extensionId: string): Promise<void> {
  const page = await context.newPage();
  await page.goto('chrome://extensions');
  await page.evaluate(async (id) => {
    const { developerPrivate } = chrome as unknown as ExtensionPrivate;
    await developerPrivate.updateProfileConfiguration({ inDeveloperMode: true });
    await developerPrivate.updateExtensionConfiguration({
      extensionId: id,
      userScriptsAccess: true,
    });
  }, extensionId);
  await page.close();
}

/** Chromium may start the extension anew for the toggle, or not. */
async function workerWithUserScripts(context: BrowserContext): Promise<Worker> {
  const until = Date.now() + 10_000;
  while (Date.now() < until) {
    for (const worker of context.serviceWorkers()) {
      const allowed = await worker
        .evaluate(() => 'userScripts' in chrome && 'register' in globalThis)
        .catch(() => false);
      if (allowed) return worker;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('chrome.userScripts did not appear');
}

declare const chrome: {
  storage: {
    local: {
      set(values: Record<string, unknown>): Promise<void>;
      get(names: null): Promise<Record<string, unknown>>;
    };
  };
};
