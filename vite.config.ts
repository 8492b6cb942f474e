import { readFileSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import react from '@vitejs/plugin-react'
import type { Plugin, UserConfig } from 'vite'
import { defineConfig } from 'vitest/config'
import { lakefsBehindDev } from './server/dev-sandbox.ts'

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
 * Writes the Worker in the one form that every bundler knows, `new Worker(new URL('…', import.meta.url))`. Vite's own
 * form for libraries works in a browser, but webpack and Turbopack would not see a Worker in it.
 */
function plainWorker(): Plugin {
  const built =
    /new URL\(\s*\/\* @vite-ignore \*\/\s*new URL\("(?:\.\/)?([^"]+)", import\.meta\.url\)\.href,\s*"" \+ import\.meta\.url\s*\)/g
  return {
    name: 'plain-worker',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((file) => file.type === 'chunk')
      for (const chunk of chunks) chunk.code = chunk.code.replace(built, 'new URL("./$1", import.meta.url)')
      const found = chunks.some(({ code }) => code.includes('new Worker(new URL("./md5.worker.js"'))
      if (!found) this.error('the Worker has lost its form; look at what Vite writes now')
    },
  }
}

/** A style sheet with what it imports in the place of the imports. */
function styleSheet(file: string): string {
  const imported = /^@import "(.+)";\n/gm
  return readFileSync(file, 'utf8').replace(imported, (_line, path) => readFileSync(join(dirname(file), path), 'utf8'))
}

/** What a library build does beside its bundles: old chunks and types out, the style sheet in as it is written. */
function restOfPackage(): Plugin {
  return {
    name: 'rest-of-package',
    buildStart() {
      for (const folder of ['dist/chunks', 'dist/types']) rmSync(folder, { recursive: true, force: true })
      this.emitFile({ type: 'asset', fileName: 'style.css', source: styleSheet('src/react/style.css') })
      // TypeScript looks for types behind an import for its effect too.
      this.emitFile({ type: 'asset', fileName: 'style.css.d.ts', source: 'export {}\n' })
    },
  }
}

/**
 * The one file of `./standalone` is its own Worker: it serves hashes where it finds itself inside one. The address is put
 * in last, as Vite would look for a Worker's source behind it.
 */
function selfAsWorker(): Plugin {
  return {
    name: 'self-as-worker',
    enforce: 'pre',
    transform(code, id) {
      if (!id.endsWith('/core/checksum/md5.ts')) return undefined
      const changed = code.replace("new URL('./md5.worker.ts', import.meta.url)", '__SELF__')
      if (changed === code) this.error('md5.ts starts its Worker in another way now')
      return { code: changed, map: null }
    },
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== 'chunk') continue
        file.code = file.code
          .replace('__SELF__', `new URL("./${file.fileName}",import.meta.url)`)
          // On a line of its own: tools that look for it read `//` in a string before it as a comment.
          .replace(/;export\{(?=[^{}]*\};?\s*$)/, ';\nexport{')
      }
    },
  }
}

const defined = { __VERSION__: JSON.stringify(manifest.version) }

/** What is built into dist beside other things. */
const intoDist = { outDir: 'dist', emptyOutDir: false, copyPublicDir: false, target: 'es2022' }

/** The page, for the command and for any web server. */
const page: UserConfig = {
  plugins: [react()],
  build: {
    outDir: 'dist/page',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
}

/** The page with hot reload, and a lakeFS behind it. */
const dev: UserConfig = { plugins: [react(), lakefsBehindDev()] }

/** The package's entries, for other people's bundlers. */
const lib: UserConfig = {
  plugins: [react(), plainWorker(), restOfPackage()],
  worker: { format: 'es', rollupOptions: { output: { entryFileNames: 'chunks/[name].js' } } },
  build: {
    ...intoDist,
    sourcemap: true,
    minify: false,
    lib: {
      entry: {
        index: 'src/index.ts',
        core: 'src/core/index.ts',
        versioned: 'src/core/versioned/index.ts',
        lakefs: 'src/core/lakefs/index.ts',
      },
      formats: ['es'],
    },
    rollupOptions: { external, output: { chunkFileNames: 'chunks/[name].js' } },
  },
}

/** One file with React and all, for pages without a bundler. */
const standalone: UserConfig = {
  plugins: [react(), selfAsWorker()],
  // Library builds leave this to the application; this one has none.
  define: { ...defined, 'process.env.NODE_ENV': '"production"' },
  build: {
    ...intoDist,
    chunkSizeWarningLimit: 1000,
    license: { fileName: 'standalone.licenses.md' },
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: { standalone: 'src/standalone.ts' },
      preserveEntrySignatures: 'strict',
      output: { entryFileNames: '[name].js', codeSplitting: false },
    },
  },
}

/** The Node command. */
const server: UserConfig = {
  build: {
    outDir: 'dist/server',
    emptyOutDir: true,
    copyPublicDir: false,
    target: 'node20',
    minify: false,
    ssr: 'server/cli.ts',
    rollupOptions: { output: { entryFileNames: 'cli.js', banner: '#!/usr/bin/env node' } },
  },
  ssr: { noExternal: true },
}

const MODES: Readonly<Record<string, UserConfig>> = { dev, lib, standalone, server }

/** One config, a build a mode (`vite build --mode …`); every other mode is the page. */
export default defineConfig(({ mode }) => ({
  base: './',
  define: defined,
  ...(MODES[mode] ?? page),
  test: {
    // What has no page shares its modules from file to file, which saves half of its time; core keeps nothing in them that
    // a test could see. A page is a world of its own for each file.
    projects: [
      {
        extends: true,
        test: {
          name: 'headless',
          include: ['src/core/**/*.test.ts', 'docs/*.test.ts', 'docs/reference/*.test.ts', '.ci/*.test.ts'],
          isolate: false,
        },
      },
      {
        extends: true,
        test: { name: 'page', include: ['src/**/*.test.{ts,tsx}'], exclude: ['src/core/**'] },
      },
      // How much memory a server takes is that of its process.
      { extends: true, test: { name: 'server', include: ['server/**/*.test.ts'], pool: 'forks' } },
    ],
    pool: 'threads',
    restoreMocks: true,
    // Vitest itself leaves a core free, which of two is half of them.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // No test measures time; what takes a second here may take ten on a machine that is busy with something else.
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
}))
