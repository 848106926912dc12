import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../app.ts';
import { startTestServer, type TestServer } from '../testing/server.ts';
import { operationsOf, type Document } from './document.ts';
import { schemaText } from './schema-text.ts';

let server: TestServer;
let document: Document;
beforeAll(async () => {
  server = await startTestServer();
  document = (await (await server.call('/v1/openapi.json')).json()) as Document;
});
afterAll(() => server.stop());

/** Served for people, not for programs. */
const PAGES = ['/', '/static/dev.html', '/assets/*', '/docs'];

function* strings(value: unknown, key = ''): Iterable<[key: string, value: string]> {
  if (typeof value === 'string') yield [key, value];
  else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) yield* strings(member, name);
  }
}

describe('the OpenAPI document', () => {
  test('needs no token and is of version 3.1', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(document.info).toMatchObject({ title: 'zcbot console' });
    expect(document.components?.securitySchemes).toMatchObject({
      bearer: { type: 'http', scheme: 'bearer' },
    });
  });

  test('has every route there is, and no other', () => {
    // Nothing is called: the routes are only listed.
    const app = createApp({
      engines: { all: [{ info: { id: 'none' } }] },
      corsOrigins: [],
      pages: {},
    } as unknown as Parameters<typeof createApp>[0]);
    const registered = app.routes
      .filter(({ method, path }) => method !== 'ALL' && !PAGES.includes(path))
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
    const described = [...operationsOf(document)].map(
      ({ method, path }) => `${method.toUpperCase()} ${path}`,
    );
    expect([...new Set(described)].sort()).toEqual([...new Set(registered)].sort());
    expect(described.length).toBeGreaterThan(18);
  });

  test('resolves all its references', () => {
    const references = [...strings(document)].filter(([key]) => key === '$ref');
    expect(references.length).toBeGreaterThan(20);
    for (const [, reference] of references) {
      const [, ...path] = reference.split('/');
      const target = path.reduce<unknown>(
        (value, name) => (value as Record<string, unknown> | undefined)?.[name],
        document,
      );
      expect(target, reference).toBeTypeOf('object');
    }
  });

  test('names each operation once and says what it does', () => {
    const operations = [...operationsOf(document)];
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(operations.length);
    for (const { operation } of operations) {
      expect(operation.operationId).toMatch(/^[a-z]\w+$/);
      expect(operation.summary).toBeTruthy();
      expect(operation.tags).toHaveLength(1);
    }
  });

  test('declares the parameters of each path', () => {
    for (const { path, operation } of operationsOf(document)) {
      const declared = (operation.parameters ?? []).flatMap((parameter) =>
        'in' in parameter && parameter.in === 'path' ? [parameter.name] : [],
      );
      const named = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      expect(declared, path).toEqual(named);
    }
  });

  test('describes every answer, and every problem by its codes', () => {
    for (const { path, method, operation } of operationsOf(document)) {
      const answers = Object.entries(operation.responses ?? {}) as [
        string,
        { description: string; content?: Record<string, unknown> },
      ][];
      expect(answers.map(([status]) => status)).toEqual(expect.arrayContaining(['500', '503']));
      for (const [status, { description, content }] of answers) {
        if (Number(status) < 400) continue;
        expect(description, `${method} ${path} ${status}`).toMatch(/^`\w+`(, `\w+`)*$/);
        expect(Object.keys(content ?? {})).toEqual(['application/problem+json']);
      }
    }
  });

  test('asks for a token exactly where the server does', async () => {
    const id = crypto.randomUUID();
    for (const { path, method, operation } of operationsOf(document)) {
      const response = await server.call(path.replaceAll(/\{\w+\}/g, id), {
        method: method.toUpperCase(),
      });
      await response.body?.cancel();
      const open = operation.security?.length === 0;
      const statuses = Object.keys(operation.responses ?? {});
      if (!open) {
        expect(response.status, `${method} ${path}`).toBe(401);
        expect(statuses).toContain('401');
      } else expect(response.status, `${method} ${path}`).not.toBe(401);
      expect(statuses, `${method} ${path}`).toContain(String(response.status));
    }
  });
});

describe('the reference page', () => {
  test('has every operation, no script, and nothing from elsewhere', async () => {
    const response = await server.call('/docs');
    const text = await response.text();
    for (const { operation } of operationsOf(document)) {
      expect(text).toContain(`id="${operation.operationId}"`);
    }
    expect(text).not.toMatch(/<script|<link|<img|@import|url\(|https?:\/\//i);
    expect(text.length).toBeLessThan(100_000);
    for (const [, target] of text.matchAll(/href="#([^"]+)"/g)) {
      expect(text).toContain(`id="${target}"`);
    }
  });

  test.each([
    [{ type: 'string', format: 'uuid' }, 'uuid'],
    [{ type: ['string', 'null'] }, 'string | null'],
    [
      { type: 'integer', minimum: 1, maximum: 100, default: 30 },
      'integer (≥ 1, ≤ 100, default 30)',
    ],
    [{ enum: ['a', 'b'] }, '"a" | "b"'],
    [{ type: 'array', items: { $ref: '#/components/schemas/Task' } }, 'Task[]'],
    [{}, 'any'],
    [
      { type: 'object', properties: { a: { type: 'string' }, b: {} }, required: ['a'] },
      '{\n  a: string\n  b?: any\n}',
    ],
  ])('writes %j as a person would', (schema, text) => {
    expect(schemaText(schema)).toBe(text);
  });
});
