import rulesTables from '../../dist/tables/rules.bin'
import screenTables from '../../dist/tables/screen.bin'
import { placedRules } from '../../rules/index.ts'
import { readBuiltTables } from '../../src/pipeline/build-tables.ts'
import { createEngine, type Engine } from '../../src/pipeline/engine.ts'
import { instanceHost, type KernelInstance } from '../../src/scanner/kernels/wasm/host.ts'
import { createWasmKernel } from '../../src/scanner/kernels/wasm/kernel.ts'
import module from '../../src/scanner/kernels/wasm/kernel.wasm'

let engine: Engine | undefined

/** The rules of the build with their tables, on the WebAssembly kernel: one instance and one memory an isolate. */
export function workersEngine(): Engine {
  if (engine === undefined) {
    const memory = new WebAssembly.Memory({ initial: 1 })
    const { exports } = new WebAssembly.Instance(module, { env: { memory } })
    const kernel = createWasmKernel(instanceHost({ memory, run: exports.run as KernelInstance['run'] }))
    const built = readBuiltTables({ tables: new Uint8Array(rulesTables), screenTables: new Uint8Array(screenTables) })
    engine = createEngine({ rules: placedRules, kernel, ...built })
  }
  return engine
}
