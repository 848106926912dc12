/**
 * The console's pages. They are rendered per request, because what a browser must enforce (who may
 * frame the page) and what the page may believe (its parent's origin) are the server's to say.
 */
import { html } from 'hono/html';
import type { Context } from 'hono';
import type { Api, Environment } from '../http/context.ts';
import { encodingFor } from './accept-encoding.ts';
import type { Asset, ConsoleBuild } from './console-build.ts';
import { BUILD_MISSING, noticeResponse } from './notice.ts';
import { embedHeaders, STANDALONE_HEADERS } from './page-headers.ts';
import { parentFaultNotice } from './parent-fault.ts';
import type { ParentOrigins } from './parent-origin.ts';

export interface Pages {
  build: () => ConsoleBuild | undefined;
  parents: ParentOrigins;
}

/** What the page is told, in `<meta name="zcbot-config">`. */
type PageConfiguration =
  { mode: 'standalone' } | { mode: 'embed'; parentOrigin: string; selfParent: boolean };

export function registerPageRoutes(api: Api, { build, parents }: Pages): void {
  const standalone = async (): Promise<Response> => {
    const page = await render(build(), { mode: 'standalone' });
    return page === undefined
      ? noticeResponse(BUILD_MISSING)
      : new Response(page, { headers: STANDALONE_HEADERS });
  };

  api.get('/', standalone);
  api.get('/static/dev.html', async (c) => {
    if (!c.req.queries('embed')?.includes('1')) return standalone();
    const decision = parents.decide(c.req.queries('parent_origin') ?? []);
    if ('fault' in decision) {
      return noticeResponse(parentFaultNotice(decision.fault, decision.claim), '*');
    }
    const { origin, selfParent } = decision;
    const page = await render(build(), { mode: 'embed', parentOrigin: origin, selfParent });
    return page === undefined
      ? noticeResponse(BUILD_MISSING, origin)
      : new Response(page, { headers: embedHeaders(origin) });
  });
  api.get('/assets/*', (c) => {
    const asset = build()?.assets.get(c.req.path);
    return asset ? assetResponse(c, asset) : c.notFound();
  });
}

async function render(
  build: ConsoleBuild | undefined,
  configuration: PageConfiguration,
): Promise<string | undefined> {
  if (!build) return undefined;
  const [before, after] = build.template;
  const slot = await html`<meta name="zcbot-config" content="${JSON.stringify(configuration)}" />`;
  return `${before}${slot.toString()}${after}`;
}

/** File names carry a hash of their content, so they never change. */
function assetResponse(c: Context<Environment>, asset: Asset): Response {
  const encoding = encodingFor(c.req.header('Accept-Encoding'), asset);
  const etag = `"${asset.hash}${encoding === 'identity' ? '' : `-${encoding}`}"`;
  const headers: Record<string, string> = {
    ETag: etag,
    Vary: 'Accept-Encoding',
    'Cache-Control': 'public, max-age=31536000, immutable',
    'Cross-Origin-Resource-Policy': 'same-origin',
  };
  // https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2
  const known = c.req
    .header('If-None-Match')
    ?.split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''));
  if (known?.some((tag) => tag === etag || tag === '*')) {
    return new Response(null, { status: 304, headers });
  }
  headers['Content-Type'] = asset.type;
  if (encoding !== 'identity') headers['Content-Encoding'] = encoding;
  return new Response(asset.bodies[encoding], { headers });
}
