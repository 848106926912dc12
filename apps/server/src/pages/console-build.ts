/**
 * The built console, read into memory as a whole, so that a page and its assets always belong
 * together even while somebody rebuilds. The build left its compressed forms beside the assets.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

/** What the build leaves in index.html for the server to fill in. */
const CONFIG_SLOT = '<meta name="zcbot-config" content="{}">';

const TYPES: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};
const COMPRESSED_FORM = /\.(br|gz)$/;

export type Encoding = 'br' | 'gzip' | 'identity';

export interface Asset {
  type: string;
  /** Strong validator of the identity form; each encoding adds its own suffix (RFC 9110 §8.8.3.3). */
  hash: string;
  bodies: { identity: Uint8Array<ArrayBuffer> } & Partial<
    Record<Exclude<Encoding, 'identity'>, Uint8Array<ArrayBuffer>>
  >;
}

export interface ConsoleBuild {
  /** index.html before and after the place where the configuration goes. */
  template: readonly [before: string, after: string];
  /** By path, such as `/assets/index-abc.js`. */
  assets: ReadonlyMap<string, Asset>;
}

/** Gives the build once there is one; until then each call looks again. */
export function consoleBuildIn(directory: string): () => ConsoleBuild | undefined {
  let build: ConsoleBuild | undefined;
  return () => (build ??= readBuild(directory));
}

function readBuild(directory: string): ConsoleBuild | undefined {
  const index = readIfPresent(join(directory, 'index.html'));
  const [before, after] = index?.toString('utf8').split(CONFIG_SLOT) ?? [];
  if (before === undefined || after === undefined) return undefined;
  const assets = new Map<string, Asset>();
  for (const entry of listAssets(join(directory, 'assets'))) {
    assets.set(`/assets/${entry.path}`, entry.asset);
  }
  return { template: [before, after], assets };
}

function* listAssets(folder: string): Iterable<{ path: string; asset: Asset }> {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || COMPRESSED_FORM.test(entry.name)) continue;
    const file = join(entry.parentPath, entry.name);
    const content = readFileSync(file);
    const gzip = readIfPresent(`${file}.gz`);
    const br = readIfPresent(`${file}.br`);
    yield {
      path: file.slice(folder.length + 1).replaceAll('\\', '/'),
      asset: {
        type: TYPES[extname(entry.name)] ?? 'application/octet-stream',
        hash: createHash('sha256').update(content).digest('base64url').slice(0, 22),
        bodies: {
          identity: new Uint8Array(content),
          ...(gzip ? { gzip: new Uint8Array(gzip) } : {}),
          ...(br ? { br: new Uint8Array(br) } : {}),
        },
      },
    };
  }
}

function readIfPresent(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
