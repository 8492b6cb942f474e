import { readFileSync } from 'node:fs'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

const manifest = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8')) as {
  version: string
  dependencies: Record<string, string>
  peerDependencies: Record<string, string>
}

/** What an importing application installs for itself; the library build leaves these imports as they are. */
const external = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.peerDependencies)].map(
  (name) => new RegExp(`^${name}(/.*)?$`),
)

/**
 * One config, a build a mode (`vite build --mode …`):
 * `production` the page → dist/page · `lib` the package's entries → dist · `server` the Node command → dist/server.
 */
export default defineConfig(({ mode }) => ({
  base: './',
  plugins: [react()],
  define: { __VERSION__: JSON.stringify(manifest.version) },
  build:
    mode === 'lib'
      ? {
          outDir: 'dist',
          emptyOutDir: false,
          copyPublicDir: false,
          target: 'es2022',
          sourcemap: true,
          minify: false,
          lib: { entry: { index: 'src/index.ts', core: 'src/core/index.ts' }, formats: ['es'] },
          rollupOptions: { external, output: { chunkFileNames: 'chunks/[name]-[hash].js' } },
        }
      : mode === 'server'
        ? {
            outDir: 'dist/server',
            emptyOutDir: true,
            copyPublicDir: false,
            target: 'node20',
            minify: false,
            ssr: 'server/cli.ts',
            rollupOptions: { output: { entryFileNames: 'cli.js', banner: '#!/usr/bin/env node' } },
          }
        : {
            outDir: 'dist/page',
            emptyOutDir: true,
            target: 'es2022',
            assetsInlineLimit: 0,
            modulePreload: { polyfill: false },
          },
  ...(mode === 'server' ? { ssr: { noExternal: true } } : {}),
  test: {
    include: ['src/**/*.test.{ts,tsx}', 'server/**/*.test.ts'],
    restoreMocks: true,
  },
}))
