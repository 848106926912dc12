/** The frame of every page of the broker. */
import type { Language } from './language.ts';

const STYLE = `
:root{color-scheme:light dark;--ink:#1d2320;--soft:#5c6660;--line:#d9dfdb;--ground:#f6f8f6;--card:#fff;--accent:#0b6e62;--on-accent:#fff;--notice:#fff4d6;--notice-ink:#5b4300}
@media (prefers-color-scheme:dark){:root{--ink:#e8ece9;--soft:#a3ada7;--line:#333b37;--ground:#141816;--card:#1c211e;--accent:#5cc8b8;--on-accent:#06231f;--notice:#3a2f10;--notice-ink:#ffdf94}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.6 system-ui,-apple-system,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
main{max-width:44rem;margin:0 auto;padding:2rem 1rem 4rem}
h1{font-size:1.5rem;margin:0 0 .25rem}h2{font-size:1.05rem;margin:2rem 0 .5rem}
.state,.hint{color:var(--soft);margin:.25rem 0 1rem}.hint{font-size:.9rem}
.notice{background:var(--notice);color:var(--notice-ink);padding:.75rem 1rem;border-radius:.6rem;margin:.75rem 0}
.button{display:inline-block;padding:.55rem 1.1rem;border:1px solid var(--line);border-radius:.6rem;background:var(--card);color:var(--ink);font:inherit;text-decoration:none;cursor:pointer}
.primary{background:var(--accent);border-color:var(--accent);color:var(--on-accent)}
a{color:var(--accent)}a.button{color:var(--ink)}a.primary{color:var(--on-accent)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.35rem 1.25rem;margin:1.5rem 0}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.45rem .5rem;border-bottom:1px solid var(--line);font-size:.92rem}th{color:var(--soft);font-weight:600}
label{display:block;margin-bottom:.25rem}input{width:100%;padding:.6rem .75rem;margin-bottom:1rem;border:1px solid var(--line);border-radius:.6rem;background:var(--card);color:var(--ink);font:inherit}
@media (max-width:30rem){dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.6rem}}`;

/** In the page itself, or browsers would ask for /favicon.ico and log that there is none. */
const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath fill='%230b6e62' d='M3 1h10a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2H8l-4 3v-3H3a2 2 0 0 1-2-2V3a2 2 0 0 1 2-2z'/%3E%3C/svg%3E";

export function page(parts: {
  language: Language;
  title: string;
  head?: string;
  body: string;
}): string {
  return `<!doctype html>
<html lang="${parts.language === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${parts.title} · zcbot</title>
<link rel="icon" href="${ICON}">
<style>${STYLE}</style>
${parts.head ?? ''}
</head>
<body><main><h1>${parts.title}</h1>${parts.body}</main></body>
</html>`;
}

export function escapeHtml(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (character) => entities[character]!);
}
