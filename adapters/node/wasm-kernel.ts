import { readFileSync } from 'node:fs'
import type { Kernel } from '../../src/scanner/kernel.ts'
import type { PortableOptions } from '../../src/scanner/kernels/portable/scratch.ts'
import { instanceHost, type KernelInstance } from '../../src/scanner/kernels/wasm/host.ts'
import { createWasmKernel } from '../../src/scanner/kernels/wasm/kernel.ts'

export type WasmBuild = 'simd' | 'scalar'

const FILES: Record<WasmBuild, string> = { simd: 'kernel.wasm', scalar: 'kernel-scalar.wasm' }
const modules = new Map<WasmBuild, WebAssembly.Module>()

/** An instance of a committed build of the kernel with a memory of its own. */
export function kernelInstance(build: WasmBuild): KernelInstance {
  let module = modules.get(build)
  if (module === undefined) {
    module = new WebAssembly.Module(readFileSync(new URL(`../../src/scanner/kernels/wasm/${FILES[build]}`, import.meta.url)))
    modules.set(build, module)
  }
  const memory = new WebAssembly.Memory({ initial: 1 })
  const { exports } = new WebAssembly.Instance(module, { env: { memory } })
  return { memory, run: exports.run as KernelInstance['run'] }
}

/** The WebAssembly kernel in Node: with SIMD, or the scalar build for engines without. */
export function createNodeKernel(build: WasmBuild = 'simd', options: PortableOptions = {}): Kernel {
  return createWasmKernel(instanceHost(kernelInstance(build)), options)
}
