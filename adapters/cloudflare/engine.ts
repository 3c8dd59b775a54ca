import rulesTables from '../../dist/tables/rules.bin'
import screenTables from '../../dist/tables/screen.bin'
import { placedRules } from '../../rules/index.ts'
import type { PlacedRule } from '../../src/core/rule.ts'
import { readBuiltTables } from '../../src/pipeline/build-tables.ts'
import { createEngine, type Engine } from '../../src/pipeline/engine.ts'
import type { Kernel } from '../../src/scanner/kernel.ts'
import { instanceHost, type KernelInstance } from '../../src/scanner/kernels/wasm/host.ts'
import { createWasmKernel } from '../../src/scanner/kernels/wasm/kernel.ts'
import module from '../../src/scanner/kernels/wasm/kernel.wasm'

let kernel: Kernel | undefined
let engine: Engine | undefined

/** The WebAssembly kernel: one instance and one memory an isolate. */
export function workersKernel(): Kernel {
  if (kernel === undefined) {
    const memory = new WebAssembly.Memory({ initial: 1 })
    const { exports } = new WebAssembly.Instance(module, { env: { memory } })
    kernel = createWasmKernel(instanceHost({ memory, run: exports.run as KernelInstance['run'] }))
  }
  return kernel
}

/** An engine on this kernel, of the rules of the build unless others are given. The tables of the build serve where their patterns are the same, as with a list of terms beside them. */
export function workersEngine(rules?: readonly PlacedRule[]): Engine {
  if (rules === undefined) return (engine ??= workersEngine(placedRules))
  const built = readBuiltTables({ tables: new Uint8Array(rulesTables), screenTables: new Uint8Array(screenTables) })
  return createEngine({ rules, kernel: workersKernel(), ...built })
}
