/** Small pages that are complete in themselves: refusals, a missing build, an unknown address. */
import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import { noticeHeaders } from './page-headers.ts';

type Markup = ReturnType<typeof html>;

const STYLE = `
:root { color-scheme: light dark; --text: #1c2024; --soft: #60646c; --ground: #fcfcfd;
  --card: #fff; --line: #e0e1e6; --code: #f0f0f3; --mark: #ad5700; }
@media (prefers-color-scheme: dark) {
  :root { --text: #edeef0; --soft: #b0b4ba; --ground: #111113; --card: #18191b;
    --line: #363a3f; --code: #272a2d; --mark: #ffa057; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 16px;
  font: 15px/1.6 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans SC", sans-serif;
  color: var(--text); background: var(--ground); }
main { width: 100%; max-width: 620px; padding: 24px; border: 1px solid var(--line);
  border-radius: 12px; background: var(--card); }
section + section { margin-top: 20px; padding-top: 20px; border-top: 1px solid var(--line); }
h1, h2 { margin: 0 0 8px; font-size: 18px; line-height: 1.4; }
p { margin: 8px 0 0; }
code, pre { font: 13px/1.6 ui-monospace, "SF Mono", Menlo, Consolas, monospace;
  background: var(--code); border-radius: 6px; overflow-wrap: anywhere; }
code { padding: 2px 5px; }
pre { margin: 8px 0 0; padding: 8px 12px; white-space: pre-wrap; }
.code { margin-top: 20px; font-size: 13px; color: var(--soft); }
.code b { color: var(--mark); font-weight: 600; }
@media (max-width: 420px) { main { padding: 16px; } }
`;
/** One piece, because white space inside the element would change the hash. */
const STYLE_ELEMENT = `<style>${STYLE}</style>`;
const STYLE_HASH = `sha256-${createHash('sha256').update(STYLE).digest('base64')}`;

/** One thing to say, in both languages; the reader's language is not known for sure. */
export interface Notice {
  /** Stable, for tests and for support: shown, and in the `data-code` attribute. */
  code: string;
  status: 400 | 403 | 404 | 503;
  zh: { title: string; body: Markup };
  en: { title: string; body: Markup };
}

export async function noticeResponse(notice: Notice, frameAncestors = "'none'"): Promise<Response> {
  const page = await html`<!doctype html>
    <html lang="zh-CN">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>zcbot · ${notice.zh.title} · ${notice.en.title}</title>
        ${raw(STYLE_ELEMENT)}
      </head>
      <body>
        <main data-code="${notice.code}">
          <section>
            <h1>${notice.zh.title}</h1>
            ${notice.zh.body}
          </section>
          <section lang="en">
            <h2>${notice.en.title}</h2>
            ${notice.en.body}
          </section>
          <p class="code">zcbot · <b>${notice.code}</b></p>
        </main>
      </body>
    </html>`;
  return new Response(page.toString(), {
    status: notice.status,
    headers: noticeHeaders(STYLE_HASH, frameAncestors),
  });
}

export const BUILD_MISSING: Notice = {
  code: 'console_not_built',
  status: 503,
  zh: {
    title: '控制台尚未构建',
    body: html`<p>服务已启动，但找不到构建好的页面。请在项目根目录运行以下命令，然后刷新：</p>
      <pre>npm run build</pre>`,
  },
  en: {
    title: 'The console has not been built',
    body: html`<p>
        The server runs, but its built pages are missing. Run this in the project’s root folder,
        then reload:
      </p>
      <pre>npm run build</pre>`,
  },
};

export const UNKNOWN_ADDRESS: Notice = {
  code: 'not_found',
  status: 404,
  zh: { title: '没有这个页面', body: html`<p>控制台在 <a href="/">首页</a>。</p>` },
  en: { title: 'There is no such page', body: html`<p>The console is at <a href="/">/</a>.</p>` },
};
