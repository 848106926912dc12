/** Small pages that are complete in themselves: refusals, a missing build, an unknown address. */
import { html } from 'hono/html';
import { inlineStyle } from './house-style.ts';
import { noticeHeaders } from './page-headers.ts';

type Markup = ReturnType<typeof html>;

const STYLE = inlineStyle(`
body { min-height: 100vh; display: grid; place-items: center; padding: 16px; }
main { width: 100%; max-width: 620px; padding: 24px; border: 1px solid var(--line);
  border-radius: 12px; background: var(--card); }
section + section { margin-top: 20px; padding-top: 20px; border-top: 1px solid var(--line); }
h1, h2 { margin: 0 0 8px; font-size: 18px; line-height: 1.4; }
.code { margin-top: 20px; font-size: 13px; color: var(--soft); }
.code b { color: var(--mark); font-weight: 600; }
@media (max-width: 420px) { main { padding: 16px; } }
`);

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
        ${STYLE.element}
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
    headers: noticeHeaders(STYLE.source, frameAncestors),
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
