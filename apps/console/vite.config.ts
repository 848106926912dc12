import preact from '@preact/preset-vite';
import { defineConfig, type Plugin } from 'vite';

/** Where `vite dev` finds a running server for `/v1`; only used while developing. */
const DEV_SERVER = process.env['ZCBOT_DEV_SERVER'] ?? 'http://127.0.0.1:8765';

/**
 * Holds the first paint until the entry module has set theme and language, so that neither a
 * light flash nor an unstyled frame is ever seen (HTML standard, "blocking attributes").
 */
function blockFirstPaint(): Plugin {
  return {
    name: 'block-first-paint',
    transformIndexHtml: {
      order: 'post',
      handler: (html) =>
        html.replace('<script type="module"', '<script blocking="render" type="module"'),
    },
  };
}

export default defineConfig({
  plugins: [preact({ devToolsEnabled: false }), blockFirstPaint()],
  build: {
    target: ['chrome111', 'safari16.4', 'firefox115'],
    // Inlined assets would be data: URLs in CSS, which the CSP refuses for fonts.
    assetsInlineLimit: 0,
    // The polyfill is an inline-free script of its own; module preload is native in every target.
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
  server: { port: 4290, strictPort: true, proxy: { '/v1': { target: DEV_SERVER } } },
});
