// Bundles a Compute service for js-compute: one script, the tables of the rules in it. js-compute knows no binary imports, and rules
// compiled while the module is made would leave their garbage in its memory: a hundred MiB and more of the 128 that an instance has.
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { writeSearches } from './write-tables.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Writes the bundle of `entry` to `outfile`; `linked`: for an engine with the kernel in it. */
export async function bundleFastly(
  entry = `${root}adapters/fastly/service.ts`,
  outfile = `${root}dist/fastly/service.js`,
  linked = false,
) {
  await writeSearches()
  await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    conditions: ['fastly'],
    external: ['fastly:*'],
    loader: { '.bin': 'binary' },
    define: { LINKED: String(linked) },
    logLevel: 'error',
  })
  return outfile
}
