/** The API reference as one page without script, made from the OpenAPI document. */
import { html } from 'hono/html';
import { inlineStyle } from '../pages/house-style.ts';
import { noticeHeaders } from '../pages/page-headers.ts';
import { operationsOf, type Document, type Operation } from './document.ts';
import { schemaText, type JsonSchema } from './schema-text.ts';

const STYLE = inlineStyle(`
body { padding: 24px 16px 64px; }
main { max-width: 860px; margin: 0 auto; }
h1 { font-size: 24px; margin: 0; }
h2 { font-size: 19px; margin: 40px 0 0; padding-bottom: 6px; border-bottom: 1px solid var(--line); }
article { margin-top: 16px; padding: 16px; border: 1px solid var(--line); border-radius: 12px;
  background: var(--card); }
h3 { margin: 0; font-size: 15px; font-weight: 600; overflow-wrap: anywhere; }
h3 code { font-size: 14px; }
h4 { margin: 14px 0 0; font-size: 13px; color: var(--soft); font-weight: 600; }
nav ul { columns: 2; padding: 0; list-style: none; font-size: 13px; }
nav li { break-inside: avoid; overflow-wrap: anywhere; padding: 2px 0; }
.method { display: inline-block; min-width: 58px; font-weight: 600; color: var(--mark);
  font-family: ui-monospace, Menlo, Consolas, monospace; font-size: 13px; }
dl { margin: 4px 0 0; display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; }
dt, dd { margin: 0; min-width: 0; }
dd { overflow-wrap: anywhere; }
.soft { color: var(--soft); }
@media (max-width: 560px) { nav ul { columns: 1; } dl { grid-template-columns: 1fr; } }
`);

export async function referencePage(document: Document): Promise<Response> {
  const operations = [...operationsOf(document)];
  const tags = [...new Set(operations.map(({ operation }) => operation.tags?.[0] ?? 'other'))];
  const page = await html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${document.info.title} · API ${document.info.version}</title>
        ${STYLE.element}
      </head>
      <body>
        <main>
          <h1>${document.info.title} <span class="soft">API ${document.info.version}</span></h1>
          <p>${document.info.description?.replaceAll('`', '')}</p>
          <p>
            Send the token as <code>Authorization: Bearer &lt;token&gt;</code>. For machines:
            <a href="/v1/openapi.json">openapi.json</a>.
          </p>
          <p lang="zh-CN">
            接口文档，由同一份数据模式生成。令牌放在请求头
            <code>Authorization: Bearer &lt;token&gt;</code> 中；机器可读版本见
            <a href="/v1/openapi.json">openapi.json</a>。错误均为 RFC 9457 格式，以稳定的
            <code>code</code> 区分。
          </p>
          <nav aria-label="Operations">
            <ul>
              ${operations.map(
                ({ path, method, operation }) =>
                  html`<li>
                    <span class="method">${method.toUpperCase()}</span>
                    <a href="#${operation.operationId}">${path}</a>
                  </li>`,
              )}
            </ul>
          </nav>
          ${tags.map(
            (tag) =>
              html`<h2>${tag}</h2>
                ${operations
                  .filter(({ operation }) => (operation.tags?.[0] ?? 'other') === tag)
                  .map((entry) => operationArticle(entry))}`,
          )}
          <h2 id="schemas">Schemas · 数据结构</h2>
          ${Object.entries(document.components?.schemas ?? {}).map(
            ([name, schema]) =>
              html`<article id="schema-${name}">
                <h3>${name}</h3>
                <pre>${schemaText(schema as JsonSchema)}</pre>
              </article>`,
          )}
        </main>
      </body>
    </html>`;
  return new Response(page.toString(), { headers: noticeHeaders(STYLE.source, "'none'") });
}

function operationArticle(entry: { path: string; method: string; operation: Operation }) {
  const { path, method, operation } = entry;
  const open = operation.security?.length === 0;
  return html`<article id="${operation.operationId}">
    <h3><span class="method">${method.toUpperCase()}</span> <code>${path}</code></h3>
    <p>${operation.summary}${open ? html` <span class="soft">· no token · 无需令牌</span>` : ''}</p>
    ${parametersOf(operation)} ${bodyOf(operation)} ${answersOf(operation)}
  </article>`;
}

function parametersOf({ parameters = [] }: Operation) {
  if (parameters.length === 0) return '';
  const entries = parameters.flatMap((parameter) => ('name' in parameter ? [parameter] : []));
  return html`<h4>Parameters · 参数</h4>
    <dl>
      ${entries.map(
        ({ name, in: place, required, schema }) =>
          html`<dt><code>${name}${required ? '' : '?'}</code></dt>
            <dd>
              ${schemaText((schema ?? {}) as JsonSchema)} <span class="soft">in ${place}</span>
            </dd>`,
      )}
    </dl>`;
}

function bodyOf({ requestBody }: Operation) {
  if (!requestBody || !('content' in requestBody)) return '';
  const schema = requestBody.content['application/json']?.schema as JsonSchema | undefined;
  return schema
    ? html`<h4>Body · 请求体</h4>
        <pre>${schemaText(schema)}</pre>`
    : '';
}

interface Answer {
  description: string;
  content?: Record<string, { schema?: JsonSchema }>;
}

function answersOf({ responses = {} }: Operation) {
  const answers = Object.entries(responses) as [string, Answer][];
  return html`<h4>Answers · 响应</h4>
    <dl>
      ${answers.map(([status, { description, content = {} }]) => {
        const schema = content['application/json']?.schema;
        return html`<dt><code>${status}</code></dt>
          <dd>${description.replaceAll('`', '')} ${schema ? schemaOf(schema) : ''}</dd>`;
      })}
    </dl>`;
}

function schemaOf(schema: JsonSchema) {
  const text = schemaText(schema);
  return schema.$ref ? html`· <a href="#schema-${text}">${text}</a>` : html`<pre>${text}</pre>`;
}
