import type { Kernel } from '../../src/scanner/kernel.ts'
import { instanceHost, type KernelInstance } from '../../src/scanner/kernels/wasm/host.ts'
import { createWasmKernel } from '../../src/scanner/kernels/wasm/kernel.ts'
import module from '../../src/scanner/kernels/wasm/kernel.wasm'

let kernel: Kernel | undefined

/** The WebAssembly kernel: one instance and one memory an isolate, shared by all its sessions. */
export function workersKernel(): Kernel {
  if (kernel === undefined) {
    const memory = new WebAssembly.Memory({ initial: 1 })
    const { exports } = new WebAssembly.Instance(module, { env: { memory } })
    kernel = createWasmKernel(instanceHost({ memory, run: exports.run as KernelInstance['run'] }))
  }
  return kernel
}
