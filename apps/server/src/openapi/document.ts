/** The OpenAPI document: what the routes declare, and what is true of all of them. */
import type { Api } from '../http/context.ts';
import { codesOf } from './problem-codes.ts';
import manifest from '../../package.json' with { type: 'json' };

export type Document = ReturnType<Api['getOpenAPI31Document']>;
export type Operation = NonNullable<NonNullable<Document['paths']>[string]['get']>;

export const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

const PROBLEM = {
  'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
};

export function openApiDocument(api: Api): Document {
  const document = api.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'zcbot console',
      version: manifest.version,
      description:
        'Errors are RFC 9457 problem details with a stable `code`. A foreign or unknown id is 404. ' +
        'Unknown keys in a body are refused, except at login.',
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }],
  });
  document.components = {
    ...document.components,
    securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
  };
  for (const { path, method, operation } of operationsOf(document)) {
    operation.operationId = operationId(method, path);
    operation.responses = withProblems(path, operation);
  }
  return document;
}

export function* operationsOf(
  document: Document,
): Iterable<{ path: string; method: (typeof METHODS)[number]; operation: Operation }> {
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    for (const method of METHODS) {
      const operation = item[method];
      if (operation) yield { path, method, operation };
    }
  }
}

/** `get /v1/tasks/{task_id}` → `get_tasks_task_id` */
function operationId(method: string, path: string): string {
  const words = path.split('/').filter((word) => word !== '' && word !== 'v1');
  return [method, ...words].join('_').replaceAll(/[^\w]/g, '');
}

function withProblems(path: string, operation: Operation): Operation['responses'] {
  const { responses = {}, requestBody, parameters = [], security } = operation;
  const traits = {
    path,
    hasBody: requestBody !== undefined,
    hasCursor: parameters.some((parameter) => 'name' in parameter && parameter.name === 'cursor'),
    needsToken: security?.length !== 0,
    isStream: JSON.stringify(responses).includes('text/event-stream'),
  };
  const declared = Object.keys(responses).map(Number);
  const problems = [
    ...declared.filter((status) => status >= 400),
    ...(traits.hasBody ? [413, 415] : []),
    500,
    503,
  ];
  const described = problems.map((status) => {
    const description = codesOf(status, traits)
      .map((code) => `\`${code}\``)
      .join(', ');
    return [status, { description, content: PROBLEM, ...headersOf(status) }];
  });
  return { ...responses, ...(Object.fromEntries(described) as Operation['responses']) };
}

function headersOf(status: number) {
  const schema = { type: 'string' as const };
  if (status === 401) return { headers: { 'WWW-Authenticate': { schema } } };
  if (status === 429 || status === 503) return { headers: { 'Retry-After': { schema } } };
  return {};
}
