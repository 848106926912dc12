/**
 * Two files, each self-contained: the userscript (IIFE, with its metadata block) and the module of the
 * broker's /chat page. The part of the SDK bridge that runs in the page is built first and inlined
 * as text.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, defineConfig, type Plugin } from 'vite';
import { metadataBlock, userscriptHeader } from './src/header.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const { version } = JSON.parse(readFileSync(here('package.json'), 'utf8')) as { version: string };
const TARGET = ['chrome111', 'safari16.4', 'firefox115'];
const PAGE_SIDE = 'virtual:page-side';

/** `import source from 'virtual:page-side'`: the script for the page's own world, as a string. */
function pageSide(): Plugin {
  const resolved = `\0${PAGE_SIDE}`;
  return {
    name: 'page-side',
    resolveId: (id) => (id === PAGE_SIDE ? resolved : undefined),
    async load(id) {
      if (id !== resolved) return undefined;
      const entry = here('src/sdk-bridge/page-side.ts');
      this.addWatchFile(entry);
      const result = await build({
        configFile: false,
        logLevel: 'warn',
        build: {
          write: false,
          target: TARGET,
          lib: { entry, formats: ['iife'], name: 'zcbotPageSide', fileName: 'page-side' },
        },
      });
      const output = [result].flat()[0];
      if (!output || !('output' in output)) throw new Error('the page side was not built');
      return `export default ${JSON.stringify(output.output[0].code.trim())};`;
    },
  };
}

/**
 * Puts the metadata block in front, and around the code the function whose argument the broker
 * fills in: comments inside the code would not survive minifying.
 */
function userscript(): Plugin {
  return {
    name: 'userscript',
    enforce: 'post',
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== 'chunk' || !file.fileName.endsWith('.user.js')) continue;
        const header = metadataBlock(userscriptHeader(version));
        file.code = `${header}\n\n(function (ZCBOT_SERVED) {\n${file.code.trim()}\n})(/*zcbot:settings*/{}/*zcbot:settings:end*/);\n`;
      }
    },
  };
}

function library(entry: string, format: 'iife' | 'es', fileName: string) {
  return {
    target: TARGET,
    emptyOutDir: false,
    lib: { entry: here(entry), formats: [format], name: 'zcbot', fileName: () => fileName },
  };
}

/** Builds chat.js beside the userscript, so that `vite build` alone makes both. */
function chatPage(): Plugin {
  return {
    name: 'chat-page',
    async closeBundle() {
      await build({
        configFile: false,
        logLevel: 'warn',
        build: { outDir: here('dist'), ...library('src/chat-page.ts', 'es', 'chat.js') },
      });
    },
  };
}

export default defineConfig({
  define: { __VERSION__: JSON.stringify(version) },
  plugins: [pageSide(), userscript(), chatPage()],
  build: library('src/main.ts', 'iife', 'coze-chat.user.js'),
});
