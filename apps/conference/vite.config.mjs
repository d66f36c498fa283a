import { defaultClientConditions, defineConfig } from 'vite';

/** The page: hashed names under /assets/, nothing inline, nothing from elsewhere. */
export default defineConfig({
  root: import.meta.dirname,
  resolve: { conditions: ['@parley/source', ...defaultClientConditions] },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: 'dist/page',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
});
