/**
 * The built console, read into memory as a whole, so that a page and its assets always belong
 * together even while somebody rebuilds. Compressed once: gzip at once, brotli in the background.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzipSync } from 'node:zlib';

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
/** Fonts and pictures are compressed already. */
const COMPRESSIBLE = /\.(m?js|css|json|svg|wasm)$/;

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
  void compressFurther([...assets]);
  return { template: [before, after], assets };
}

function* listAssets(folder: string): Iterable<{ path: string; asset: Asset }> {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const content = readFileSync(file);
    yield {
      path: file.slice(folder.length + 1).replaceAll('\\', '/'),
      asset: {
        type: TYPES[extname(entry.name)] ?? 'application/octet-stream',
        hash: createHash('sha256').update(content).digest('base64url').slice(0, 22),
        bodies: {
          identity: new Uint8Array(content),
          // At once, some 20 ms for the whole build: the first page must not be the heaviest.
          ...(COMPRESSIBLE.test(entry.name) ? { gzip: new Uint8Array(gzipSync(content)) } : {}),
        },
      },
    };
  }
}

/** One after the other, so that a start does not take every core from the first requests. */
async function compressFurther(assets: [path: string, asset: Asset][]): Promise<void> {
  const compressible = assets.filter(([path]) => COMPRESSIBLE.test(path)).map(([, asset]) => asset);
  for (const { bodies } of compressible) {
    const params = {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_SIZE_HINT]: bodies.identity.byteLength,
    };
    bodies.br = new Uint8Array(await promisify(brotliCompress)(bodies.identity, { params }));
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
