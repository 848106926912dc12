import preact from '@preact/preset-vite';
import { defineConfig, type Plugin } from 'vite';
import { precompress } from './precompress.ts';

/** Where `vite dev` finds a running server for `/v1`; only used while developing. */
const DEV_SERVER = process.env['ZCBOT_DEV_SERVER'] ?? 'http://127.0.0.1:8765';

/**
 * The entry module holds the first paint until it has set theme and language, so that neither a
 * light flash nor an unstyled frame is ever seen (HTML standard, "blocking attributes"). The
 * handshake runs before: `async` waits neither for the style sheet nor for the entry module.
 */
function orderScripts(): Plugin {
  const handshake = /<link rel="modulepreload"[^>]* href="([^"]*\/handshake-[^"]*)">\s*/;
  return {
    name: 'order-scripts',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html) {
        const file = handshake.exec(html)?.[1];
        if (!file) throw new Error('The build has no handshake of its own any more.');
        return html
          .replace(handshake, '')
          .replace(
            '<script type="module"',
            `<script async fetchpriority="high" type="module" src="${file}"></script>\n    <script blocking="render" fetchpriority="low" type="module"`,
          );
      },
    },
  };
}

export default defineConfig({
  plugins: [preact({ devToolsEnabled: false }), orderScripts(), precompress()],
  build: {
    target: ['chrome111', 'safari16.4', 'firefox115'],
    // Inlined assets would be data: URLs in CSS, which the CSP refuses for fonts.
    assetsInlineLimit: 0,
    // The polyfill is an inline-free script of its own; module preload is native in every target.
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
    rolldownOptions: { input: ['index.html', 'src/handshake.ts'] },
  },
  server: { port: 4290, strictPort: true, proxy: { '/v1': { target: DEV_SERVER } } },
});
