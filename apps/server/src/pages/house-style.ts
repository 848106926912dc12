/** How pages that bring their own style look; the console itself has its own style sheets. */
import { createHash } from 'node:crypto';
import { raw } from 'hono/html';

const BASE = `
:root { color-scheme: light dark; --text: #1c2024; --soft: #60646c; --ground: #fcfcfd;
  --card: #fff; --line: #e0e1e6; --code: #f0f0f3; --mark: #ad5700; --link: #0b62c1; }
@media (prefers-color-scheme: dark) {
  :root { --text: #edeef0; --soft: #b0b4ba; --ground: #111113; --card: #18191b;
    --line: #363a3f; --code: #272a2d; --mark: #ffa057; --link: #70b8ff; }
}
* { box-sizing: border-box; }
body { margin: 0; color: var(--text); background: var(--ground);
  font: 15px/1.6 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans SC", sans-serif; }
a { color: var(--link); }
p { margin: 8px 0 0; }
code, pre { font: 13px/1.6 ui-monospace, "SF Mono", Menlo, Consolas, monospace;
  background: var(--code); border-radius: 6px; overflow-wrap: anywhere; }
code { padding: 2px 5px; }
pre { margin: 8px 0 0; padding: 8px 12px; white-space: pre-wrap; }
`;

export interface InlineStyle {
  /** `<style>…</style>` in one piece: white space added inside would change the hash. */
  element: ReturnType<typeof raw>;
  /** For `style-src`. https://www.w3.org/TR/CSP3/#grammardef-hash-source */
  source: string;
}

export function inlineStyle(css: string): InlineStyle {
  const text = BASE + css;
  const hash = createHash('sha256').update(text).digest('base64');
  return { element: raw(`<style>${text}</style>`), source: `'sha256-${hash}'` };
}
