// Builds the scanner's WebAssembly kernel from src/scanner/kernels/wasm/assembly: with SIMD, and the scalar build for engines without.
//   node tools/build-kernel.ts          writes kernel.wasm and kernel-scalar.wasm beside it
//   node tools/build-kernel.ts --check  writes nothing; exit 1 when one is out of date
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { main } from 'assemblyscript/asc'

const folder = fileURLToPath(new URL('../src/scanner/kernels/wasm/', import.meta.url))

/** File name → the flag that makes it. */
export const KERNEL_BUILDS: Readonly<Record<string, readonly string[]>> = {
  'kernel.wasm': ['--enable', 'simd'],
  'kernel-scalar.wasm': ['--disable', 'simd'],
}

/** The committed file. */
export function committedKernel(file: string): Uint8Array {
  return readFileSync(folder + file)
}

/** The bytes of a build, from source. No runtime, no globals, no data: only what kernel.ts says, on memory it is given. */
export async function buildKernel(file: string): Promise<Uint8Array> {
  let binary: Uint8Array | undefined
  const flags = [
    '-O3',
    '--converge',
    '--runtime',
    'stub',
    '--importMemory',
    '--initialMemory',
    '1',
    '--noAssert',
    ...KERNEL_BUILDS[file],
  ]
  const { error, stderr } = await main(['kernel.ts', '--baseDir', `${folder}assembly`, '--outFile', file, ...flags], {
    writeFile: (name, contents) => {
      if (name.endsWith('.wasm')) binary = contents as Uint8Array
    },
  })
  if (error !== null || binary === undefined) throw new Error(`the kernel does not build: ${stderr.toString()}`)
  return binary
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const file of Object.keys(KERNEL_BUILDS)) {
    const bytes = await buildKernel(file)
    const same = Buffer.from(bytes).equals(committedKernel(file))
    if (process.argv.includes('--check')) {
      if (!same) process.exitCode = 1
    } else writeFileSync(folder + file, bytes)
    console.log(`${file}: ${bytes.length} bytes${same ? '' : process.argv.includes('--check') ? ', out of date' : ', written'}`)
  }
}
