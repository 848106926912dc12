import { createRoute, z } from '@hono/zod-openapi';
import { ok } from '../http/answers.ts';
import type { Api } from '../http/context.ts';
import { openApiDocument, type Document } from './document.ts';
import { referencePage } from './reference-page.ts';

const document = createRoute({
  method: 'get',
  path: '/v1/openapi.json',
  tags: ['about'],
  summary: 'This description of the API',
  security: [],
  responses: { 200: ok(z.looseObject({}), 'OpenAPI 3.1') },
});

/** Registered last: it describes the routes there are. */
export function registerOpenApiRoutes(api: Api): void {
  let described: Document | undefined;
  const describe = (): Document => (described ??= openApiDocument(api));
  api.openapi(document, (c) => c.json({ ...describe() }, 200));
  api.get('/docs', () => referencePage(describe()));
}
