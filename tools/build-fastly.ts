// Builds the Compute service: dist/fastly.wasm.
//   node tools/build-fastly.ts                     on the engine of js-compute as it is
//   node tools/build-fastly.ts --linked            on one with the scanner's kernel linked in (docs/fastly-linked.md); --scalar: the build without SIMD
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { committedKernel } from './build-kernel.ts'
import { bundleFastly } from './bundle-fastly.mjs'
import { LinkError, linkEngine } from './link-engine.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
/** Where js-compute is installed. */
export const JS_COMPUTE = `${root}node_modules/@fastly/js-compute`

export interface LinkOptions {
  /** File name of an engine that js-compute brings. */
  readonly engine?: string
  readonly scalar?: boolean
}

/** Writes an engine of js-compute with the kernel linked in to `out`. Throws `LinkError` where it cannot be. */
export function writeLinkedEngine(out: string, { engine = 'fastly.wasm', scalar = false }: LinkOptions = {}): void {
  const kernel = committedKernel(scalar ? 'kernel-scalar.wasm' : 'kernel.wasm')
  const { bytes } = linkEngine(readFileSync(join(JS_COMPUTE, engine)), kernel)
  mkdirSync(dirname(out), { recursive: true })
  // Written beside and renamed: others may read it meanwhile.
  const made = `${out}.${process.pid}`
  writeFileSync(made, bytes)
  renameSync(made, out)
}

async function build(linked: boolean, scalar: boolean): Promise<number> {
  const script = await bundleFastly(undefined, undefined, linked)
  const flags: string[] = []
  if (linked) {
    const engine = `${root}dist/fastly/engine.wasm`
    writeLinkedEngine(engine, { scalar })
    flags.push('--engine-wasm', engine)
  }
  const command = join(JS_COMPUTE, 'dist/cli/js-compute-runtime-cli.js')
  const { status } = spawnSync(process.execPath, ['--disable-warning=DEP0190', command, ...flags, script, 'dist/fastly.wasm'], {
    cwd: root,
    stdio: 'inherit',
  })
  return status ?? 1
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { linked: { type: 'boolean' }, scalar: { type: 'boolean' } } })
  try {
    process.exitCode = await build(values.linked === true, values.scalar === true)
    if (process.exitCode === 0) console.log(`dist/fastly.wasm${values.linked ? ', the kernel linked into its engine' : ''}`)
  } catch (error) {
    if (!(error instanceof LinkError)) throw error
    const { version } = JSON.parse(readFileSync(join(JS_COMPUTE, 'package.json'), 'utf8')) as { version: string }
    console.error(
      `The engine of js-compute ${version} cannot be linked: ${error.message}. Build without --linked, or see docs/fastly-linked.md.`,
    )
    process.exitCode = 1
  }
}
