import { readFileSync } from 'node:fs'
import { placedRules } from '../../rules/index.ts'
import { readBuiltTables } from '../../src/pipeline/build-tables.ts'
import { createEngine, type Engine } from '../../src/pipeline/engine.ts'
import type { Kernel } from '../../src/scanner/kernel.ts'
import { createPortableKernel } from '../../src/scanner/kernels/portable/kernel.ts'

const file = (name: string) => readFileSync(new URL(`../../dist/tables/${name}.bin`, import.meta.url))

/** Of all rules, as options of an engine; written before the run (build-tables.ts). What is compiled is tested in scanner and in build-tables.test.ts. */
export const builtTables = readBuiltTables({ tables: file('rules'), screenTables: file('screen') })

/** All rules with the portable kernel; one for a test file. */
export const engine: Engine = engineWith(createPortableKernel())

/** An engine of its own, with the same tables. */
export function engineWith(kernel: Kernel, spareKernel: () => Kernel = createPortableKernel): Engine {
  return createEngine({ rules: placedRules, kernel, spareKernel, ...builtTables })
}
