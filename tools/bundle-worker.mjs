// Bundles the Worker for Miniflare: one script and its Wasm modules beside it. Plain JavaScript: runs on any Node from 20 on.
import { mkdirSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { writePage } from './write-page.mjs'
import { writeTables } from './write-tables.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Writes `outdir` and answers the modules as Miniflare wants them, the entry first. */
export async function bundleWorker(outdir = `${root}dist/start`, entry = 'adapters/cloudflare/worker.ts') {
  mkdirSync(outdir, { recursive: true })
  await writeTables()
  writePage()
  await build({
    absWorkingDir: root,
    entryPoints: { worker: entry },
    outdir,
    bundle: true,
    format: 'esm',
    target: 'es2023',
    conditions: ['workerd', 'worker', 'import'],
    external: ['cloudflare:*'],
    loader: { '.wasm': 'copy', '.bin': 'copy', '.txt': 'text' },
    logLevel: 'error',
  })
  const files = readdirSync(outdir)
  const of = (type, ending) => files.filter((file) => file.endsWith(ending)).map((path) => ({ type, path }))
  return { outdir, modules: [{ type: 'ESModule', path: 'worker.js' }, ...of('CompiledWasm', '.wasm'), ...of('Data', '.bin')] }
}
